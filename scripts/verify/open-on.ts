/** The engine's runner of whatever kind a checkpoint is, on a provider, without interventions. */
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import { createRunner, type Runner } from '../../main/engine/runtime/open-runner.ts'
import type { Provider } from '../../main/engine/runtime/types.ts'
import type { VerifyContext } from './check.ts'

export async function withRunnerOn<T>(
  context: VerifyContext,
  given: { readonly provider: Provider; readonly modelPath: string },
  work: (runner: Runner) => Promise<T>,
): Promise<T> {
  const runner = await createRunner({
    checkpoint: openCheckpoint(given.modelPath),
    precision: 'exact',
    provider: given.provider,
    threads: context.threads,
    cacheDir: context.scratch,
    transform: (graph) => graph,
    inputs: new Map(),
    logger: { info: context.log, warn: context.log },
  })
  try {
    return await work(runner)
  } finally {
    await runner.close()
  }
}

/** Largest |a - b|; not a number when the lengths differ or a value is none. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN
  let largest = 0
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at] - b[at])
    if (Number.isNaN(difference)) return NaN
    largest = Math.max(largest, difference)
  }
  return largest
}
