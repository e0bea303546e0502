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
    startedAt: processStart(process.pid) ?? unknownStart,
  }
}

/** Where nobody can tell when a process started: it is there, and that is all that is known. */
const unknownStart = 'unknown'

/**
 * False when the process ended, or when its pid belongs to another one by now. True where that cannot be told: to take a job
 * from a living owner would run it twice.
 */
export function isAlive(owner: Owner): boolean {
  const start = processStart(owner.pid)
  if (start === null) return false
  return start === owner.startedAt || start === unknownStart || owner.startedAt === unknownStart
}

/** A text that no other process with this pid will have; null when there is no such process. */
export function processStart(
  pid: number,
  ask: (pid: number) => string | null = askSystem,
): string | null {
  try {
    return ask(pid)
  } catch {
    // The tool is missing, or too slow on a busy machine, or the process ended while it looked.
    return isThere(pid) ? unknownStart : null
  }
}

function askSystem(pid: number): string | null {
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
}

/** Signal 0 asks without sending anything; a process of somebody else answers EPERM. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
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
