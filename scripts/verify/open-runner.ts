/** The engine's runner on the CPU without interventions, closed after use. */
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import { createCausalRunner, type CausalRunner } from '../../main/engine/runtime/runner.ts'
import type { GenerateResult } from '../../main/engine/runtime/types.ts'
import type { VerifyContext } from './check.ts'

export async function withRunner<T>(
  context: VerifyContext,
  modelPath: string,
  work: (runner: CausalRunner) => Promise<T>,
): Promise<T> {
  const runner = await createCausalRunner({
    checkpoint: openCheckpoint(modelPath),
    precision: 'exact',
    provider: 'cpu',
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
