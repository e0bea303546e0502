/** Child process: measures node-llama-cpp (prebuilt, CPU only) and prints a line of JSON for each workload. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { ChildArguments, Timing, Workload } from './workloads.ts'
import { promptOf, tokensPerSecond, workloads } from './workloads.ts'

/** The part of node-llama-cpp 3.22 that is used here; the package lies in a scratch folder. */
interface Peer {
  getLlama(options: {
    gpu: false
    build: 'never'
    maxThreads: number
    logLevel: 'error'
  }): Promise<{ loadModel(options: { modelPath: string }): Promise<PeerModel> }>
}
interface PeerModel {
  createContext(options: {
    contextSize: number
    sequences: number
    batchSize: number
    threads: number
  }): Promise<{ getSequence(): PeerSequence; dispose(): Promise<void> }>
}
interface PeerSequence {
  evaluate(
    tokens: readonly number[],
    options: { temperature: number; yieldEogToken: boolean },
  ): AsyncIterable<number>
}

async function measure(model: PeerModel, workload: Workload, threads: number): Promise<Timing> {
  const { batch, promptTokens, newTokens } = workload
  const context = await model.createContext({
    contextSize: promptTokens + newTokens + 8,
    sequences: batch,
    batchSize: 512,
    threads,
  })
  const sequences = Array.from({ length: batch }, () => context.getSequence())
  const started = performance.now()
  const marks = await Promise.all(
    sequences.map(async (sequence, row) => {
      let firstMs = 0
      let count = 0
      const options = { temperature: 0, yieldEogToken: true }
      for await (const _ of sequence.evaluate(promptOf(row, promptTokens), options)) {
        count += 1
        if (count === 1) firstMs = performance.now() - started
        if (count === newTokens) break
      }
      return { firstMs, lastMs: performance.now() - started }
    }),
  )
  await context.dispose()
  return {
    firstMs: Math.max(...marks.map((mark) => mark.firstMs)),
    lastMs: Math.max(...marks.map((mark) => mark.lastMs)),
  }
}

const [, json] = process.argv.slice(2)
const { modelPath, threads, peerFolder } = JSON.parse(json) as ChildArguments
const entry = createRequire(join(peerFolder, 'package.json')).resolve('node-llama-cpp')
const library = (await import(pathToFileURL(entry).href)) as Peer
const llama = await library.getLlama({
  gpu: false,
  build: 'never',
  maxThreads: threads,
  logLevel: 'error',
})
const model = await llama.loadModel({ modelPath })
await measure(model, { ...workloads[0], newTokens: 4 }, threads)
for (const workload of workloads) {
  const rate = tokensPerSecond(workload, await measure(model, workload, threads))
  process.stdout.write(`${JSON.stringify({ workload: workload.name, tokensPerSecond: rate })}\n`)
}
process.exit(0)
