/** Runs the command line program from its sources, on a profile of its own and without a network where the system can. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import type { VerifyContext } from './check.ts'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly wallMs: number
}

const limitMs = 2_300_000

/** Linux lets a process give up its network; elsewhere the program runs with it. */
export const isOffline =
  process.platform === 'linux' && spawnSync('unshare', ['-rn', 'true']).status === 0

export function actbench(context: VerifyContext, parameters: readonly string[]): Promise<Ended> {
  const program = [
    process.execPath,
    ...process.execArgv,
    join(context.projectRoot, 'main/cli/index.ts'),
    ...parameters,
    '--profile',
    join(context.scratch, 'profile'),
  ]
  const [command = '', ...rest] = isOffline ? ['unshare', '-rn', ...program] : program
  const startedAt = performance.now()
  const child = spawn(command, rest, {
    cwd: context.scratch,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownVariables(), HF_HUB_OFFLINE: '1' },
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk)
    for (const line of chunk.toString('utf8').split('\n')) if (line !== '') context.log(line)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      resolve({
        code: code ?? 1,
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
        wallMs: performance.now() - startedAt,
      })
    })
  })
}

/** Every option can be set by a variable; one that a person has set must not change what is measured. */
function ownVariables(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('ACTBENCH_') || name === 'ACTBENCH_BETTER_SQLITE3',
  )
  return Object.fromEntries(kept)
}

/** The JSON value that a command printed. Throws with what it said when it did not end with code 0. */
export function jsonOf(ended: Ended): unknown {
  if (ended.code === 0) return JSON.parse(ended.out)
  throw new Error(`exit code ${ended.code}: ${ended.err.trim().split('\n').slice(-4).join(' / ')}`)
}
