/** Runs the checks one after the other and prints what each found; the last line counts them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, availableParallelism, tmpdir, cpus, release } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'
import type { Check, CheckResult, VerifyContext } from './check.ts'

export interface RunOptions {
  readonly checks: readonly Check[]
  /** Only checks whose title holds one of these words; empty: all. */
  readonly words: readonly string[]
  /** Tells what the checks do while they do it. */
  readonly isVerbose: boolean
  readonly write: (line: string) => void
}

/** A check that takes longer hangs: on two idle cores the longest takes about six minutes, on busy ones several times that. */
const limitMs = 2_400_000

/** Returns whether nothing failed and something passed. */
export async function runChecks(options: RunOptions): Promise<boolean> {
  const { checks, words, isVerbose, write } = options
  const chosen = checks.filter(
    ({ title }) =>
      words.length === 0 || words.some((word) => title.toLowerCase().includes(word.toLowerCase())),
  )
  const folder = mkdtempSync(join(tmpdir(), 'actbench-verify-'))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const startedAt = performance.now()
  write(describeMachine())
  try {
    for (const [index, check] of chosen.entries()) {
      const scratch = join(folder, String(index))
      mkdirSync(scratch)
      const context = createContext(scratch, isVerbose ? write : () => undefined)
      const began = performance.now()
      const result = await perform(check, context)
      counts[result.outcome] += 1
      write(`${result.outcome.padEnd(7)} ${check.title} (${seconds(performance.now() - began)})`)
      for (const line of result.lines) write(`        ${line}`)
      rmSync(scratch, { recursive: true, force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  write(`took ${seconds(performance.now() - startedAt)}`)
  const { passed, failed, skipped } = counts
  write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed === 0 && passed > 0
}

function createContext(scratch: string, log: VerifyContext['log']): VerifyContext {
  const { ACTBENCH_MODELS: models, ACTBENCH_DATA: data } = process.env
  return {
    projectRoot,
    tinyModel: join(projectRoot, 'resources', 'models', 'actbench-tiny'),
    modelsFolder: resolve(models ?? join(homedir(), '.cache', 'actbench', 'models')),
    dataFolder: resolve(data ?? join(projectRoot, '..', 'shared', 'data')),
    scratch,
    threads: availableParallelism(),
    log,
  }
}

async function perform(check: Check, context: VerifyContext): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<CheckResult>((done) => {
    timer = setTimeout(() => {
      done({ outcome: 'failed', lines: [`WRONG: no result within ${seconds(limitMs)}`] })
    }, limitMs)
  })
  try {
    return await Promise.race([check.run(context), limit])
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown)
    return { outcome: 'failed', lines: [`WRONG: ${text}`] }
  } finally {
    clearTimeout(timer)
  }
}

function describeMachine(): string {
  const [cpu] = cpus()
  return `${new Date().toISOString()}, Node ${process.versions.node}, ${process.platform} ${release()}, ${availableParallelism()} x ${cpu?.model ?? 'unknown CPU'}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
