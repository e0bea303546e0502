/**
 * Who runs a job. A pid alone is given to other processes later; together with the moment its process started it is
 * unique, also across restarts of the machine.
 */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { Owner } from '#db'

/** One queue of this process. */
export function createOwner(): Owner {
  return {
    id: randomUUID(),
    pid: process.pid,
    startedAt: processStart(process.pid) ?? 'unknown',
  }
}

/** False when the process ended, or when its pid belongs to another one by now. */
export function isAlive(owner: Owner): boolean {
  const start = processStart(owner.pid)
  return start !== null && (start === owner.startedAt || owner.startedAt === 'unknown')
}

/** A text that no other process with this pid will have; null when there is no such process. */
export function processStart(pid: number): string | null {
  try {
    switch (process.platform) {
      case 'linux':
        return linuxStart(pid)
      case 'win32':
        return answerOf('powershell', [
          '-NoProfile',
          '-Command',
          `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.Ticks`,
        ])
      default:
        return psStart(pid)
    }
  } catch {
    // No such process (or, on other systems, a tool that failed because there is none).
    return null
  }
}

/** Fields 3 (state) and 22 (start in ticks since boot) of proc_pid_stat(5), behind the name in brackets. */
function linuxStart(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  // A zombie has ended; its parent has just not looked yet.
  if (state === 'Z' || state === 'X') return null
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  return `${boot}:${fields[19] ?? ''}`
}

/** In one language and one time zone: the app and a terminal may be set to different ones, and summer ends. */
export function psStart(pid: number): string | null {
  return answerOf('ps', ['-o', 'lstart=', '-p', String(pid)], { LC_ALL: 'C', TZ: 'UTC' })
}

function answerOf(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string | null {
  const answer = execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...variables },
    timeout: 5_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  return answer === '' ? null : answer
}
