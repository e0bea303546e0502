/** Peak resident memory of this process from a moment on. */
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

/**
 * Forgets the peak so far, so that the next reading is the need of what comes now, not of the loading before it or of another job
 * of this process. Only Linux can (proc_pid_clear_refs(5)); elsewhere the peak stays that of the process so far.
 */
export function restartPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Not Linux, or not allowed here: the reading is then an upper bound.
  }
}

/** Bytes. */
export function peakMemoryBytes(): number {
  const kibibytes = highWaterMark() ?? process.resourceUsage().maxRSS
  return kibibytes * 1024
}

function highWaterMark(): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync('/proc/self/status', 'utf8'))
    return found === null ? null : Number(found[1])
  } catch {
    return null
  }
}
