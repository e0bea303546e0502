/** The engine's runner on the CPU without interventions, closed after use. */
import { requireRunner } from '../../main/engine/runtime/open-runner.ts'
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import type { GenerateResult } from '../../main/engine/runtime/types.ts'
import type { VerifyContext } from './check.ts'
import { withRunnerOn } from './open-on.ts'

export async function withRunner<T>(
  context: VerifyContext,
  modelPath: string,
  work: (runner: CausalRunner) => Promise<T>,
): Promise<T> {
  return withRunnerOn(context, { provider: 'cpu', modelPath }, (opened) =>
    work(requireRunner(opened, 'decoder')),
  )
}

export interface GreedyRequest {
  readonly key: string
  readonly promptIds: readonly number[]
}

/** Greedy continuations by key; without stop ids every one has `maxNewTokens` tokens. */
export async function continueGreedily(
  runner: CausalRunner,
  requests: readonly GreedyRequest[],
  options: { maxNewTokens: number; batchSize: number; stopIds: readonly number[] },
): Promise<Map<string, GenerateResult>> {
  const results = new Map<string, GenerateResult>()
  const settings = { temperature: 0, topK: 0, topP: 1, seed: 0, watchIds: [], ...options }
  for await (const result of runner.generate(requests, settings)) results.set(result.key, result)
  return results
}
