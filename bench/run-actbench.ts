/** Child process: measures our engine in one precision and prints a line of JSON for each workload. */
import process from 'node:process'
import { openCheckpoint } from '../main/engine/checkpoint/open.ts'
import { createCausalRunner } from '../main/engine/runtime/runner.ts'
import type { CausalRunner } from '../main/engine/runtime/types.ts'
import type { ChildArguments, Timing, Workload } from './workloads.ts'
import { promptOf, tokensPerSecond, workloads } from './workloads.ts'

async function measure(runner: CausalRunner, workload: Workload): Promise<Timing> {
  const marks: number[] = []
  const requests = Array.from({ length: workload.batch }, (_, row) => ({
    key: String(row),
    promptIds: promptOf(row, workload.promptTokens),
  }))
  const started = performance.now()
  const answers = runner.generate(requests, {
    maxNewTokens: workload.newTokens,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
    stopIds: [],
    batchSize: workload.batch,
    watchIds: [],
    onTokens: () => void marks.push(performance.now() - started),
  })
  for await (const { tokenIds } of answers) {
    if (tokenIds.length !== workload.newTokens) throw new Error('An answer ended early.')
  }
  // Rows of one length are one prefill, so the first mark has the first token of every row.
  return { firstMs: marks[0], lastMs: marks[marks.length - 1] }
}

const [precision, json] = process.argv.slice(2)
const { modelPath, threads, cacheDir } = JSON.parse(json) as ChildArguments
const runner = await createCausalRunner({
  checkpoint: openCheckpoint(modelPath),
  precision: precision === 'fast' ? 'fast' : 'exact',
  provider: 'cpu',
  threads,
  cacheDir,
  transform: (graph) => graph,
  inputs: new Map(),
  logger: { info: () => undefined, warn: () => undefined },
})
const warmUp = { ...workloads[0], newTokens: 4 }
await measure(runner, warmUp)
for (const workload of workloads) {
  const rate = tokensPerSecond(workload, await measure(runner, workload))
  process.stdout.write(`${JSON.stringify({ workload: workload.name, tokensPerSecond: rate })}\n`)
}
await runner.close()
