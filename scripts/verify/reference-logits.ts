/**
 * Compares our logits and greedy answers with a reference written by scripts/golden/make-reference-logits.py
 * (Hugging Face transformers in float32, from the same checkpoint file).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import { createCausalRunner } from '../../main/engine/runtime/runner.ts'
import type { CausalRunner } from '../../main/engine/runtime/types.ts'

export interface ReferenceReport {
  readonly positions: number
  /** Largest |ours - reference| over all logits. */
  readonly maxDifference: number
  /** Share of positions whose most probable token is the same. */
  readonly top1Agreement: number
  readonly prompts: number
  readonly identicalAnswers: number
  /** First differing step of each other answer, and how close the reference's two best logits were there. */
  readonly differences: readonly { id: string; step: number; margin: number }[]
}

export interface ReferenceOptions {
  readonly modelPath: string
  /** Folder with prompts.json, *.f32 and greedy.json. */
  readonly referenceFolder: string
  readonly precision: 'exact' | 'fast'
  readonly cacheDir: string
  readonly threads: number
  readonly batchSize: number
}

interface ReferencePrompt {
  readonly id: string
  readonly tokenIds: readonly number[]
  readonly logitsFile: string
  readonly shape: readonly [number, number]
}

interface ReferenceAnswer {
  readonly id: string
  readonly promptIds: readonly number[]
  readonly continuationIds: readonly number[]
  readonly margins: readonly number[]
}

/** Runs every reference prompt; throws what the engine throws. */
export async function compareWithReference(options: ReferenceOptions): Promise<ReferenceReport> {
  const { modelPath, precision, cacheDir, threads } = options
  const runner = await createCausalRunner({
    checkpoint: openCheckpoint(modelPath),
    precision,
    provider: 'cpu',
    threads,
    cacheDir,
    transform: (graph) => graph,
    inputs: new Map(),
    logger: { info: () => undefined, warn: () => undefined },
  })
  try {
    return { ...(await compareLogits(runner, options)), ...(await compareAnswers(runner, options)) }
  } finally {
    await runner.close()
  }
}

function readJson<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
}

async function compareLogits(runner: CausalRunner, { referenceFolder }: ReferenceOptions) {
  let positions = 0
  let maxDifference = 0
  let agreed = 0
  for (const prompt of readJson<ReferencePrompt[]>(referenceFolder, 'prompts.json')) {
    const bytes = readFileSync(join(referenceFolder, prompt.logitsFile))
    const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    const found = await runner.logits(prompt.tokenIds)
    const [rows, vocab] = prompt.shape
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs(expected[i] - found[i])
      if (!(difference <= maxDifference)) maxDifference = difference
    }
    for (let row = 0; row < rows; row++) {
      const range = [row * vocab, (row + 1) * vocab] as const
      if (argMax(expected.subarray(...range)) === argMax(found.subarray(...range))) agreed += 1
    }
    positions += rows
  }
  return { positions, maxDifference, top1Agreement: agreed / positions }
}

function argMax(values: Float32Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

/** The reference includes its end token; an answer counts as identical when every token before it is. */
async function compareAnswers(runner: CausalRunner, options: ReferenceOptions) {
  const answers = readJson<ReferenceAnswer[]>(options.referenceFolder, 'greedy.json')
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  const differences: { id: string; step: number; margin: number }[] = []
  const requests = answers.map(({ id, promptIds }) => ({ key: id, promptIds }))
  for await (const result of runner.generate(requests, {
    maxNewTokens: 64,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
    stopIds: [],
    batchSize: options.batchSize,
    watchIds: [],
  })) {
    const answer = byId.get(result.key)
    if (answer === undefined) continue
    const step = answer.continuationIds.findIndex((id, at) => id !== result.tokenIds[at])
    if (step >= 0) differences.push({ id: result.key, step, margin: answer.margins[step] })
  }
  return {
    prompts: answers.length,
    identicalAnswers: answers.length - differences.length,
    differences,
  }
}
