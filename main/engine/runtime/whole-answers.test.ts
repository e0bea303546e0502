import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import type { CausalRunner, GenerateOptions, GenerateRequest, GenerateResult } from './types.ts'
import { groupWithin } from './whole-answers.ts'

const folder = scratchFolder()
let runner: CausalRunner
beforeAll(async () => {
  runner = await openTiny(folder, 'llama-untied')
})
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Prompts of 1 to 24 tokens. */
const prompts: GenerateRequest[] = Array.from({ length: 11 }, (_, i) => ({
  key: `sample-${i}`,
  promptIds: Array.from({ length: 1 + ((i * 7) % 24) }, (_, j) => (i * 31 + j * 17) % tinyVocab),
}))

async function answers(options: Partial<GenerateOptions>): Promise<Map<string, GenerateResult>> {
  const results = new Map<string, GenerateResult>()
  const generated = runner.generate(prompts, {
    maxNewTokens: 12,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 1,
    stopIds: [3, 10, 11, 18, 30, 43],
    batchSize: 1,
    watchIds: [5, 0, 79],
    ...options,
  })
  for await (const result of generated) results.set(result.key, result)
  return results
}

/** What must not depend on how rows run together; log-probabilities move in their last digits. */
const essence = (results: Map<string, GenerateResult>) =>
  Object.fromEntries(
    [...results.values()].map(({ key, tokenIds, finishReason, watchLogProbs, logProbs }) => [
      key,
      {
        tokenIds,
        finishReason,
        watched: watchLogProbs.map((value) => value.toFixed(3)),
        logProbs: logProbs.map((value) => value.toFixed(3)),
      },
    ]),
  )

describe('whole answers', () => {
  it.each([
    ['greedily', { temperature: 0 }],
    ['sampled', { temperature: 0.8, topK: 12 }],
  ])('are those of chunks, %s, with any batch', async (_, sampling) => {
    const chunked = essence(await answers({ ...sampling, makesWholeAnswers: false, batchSize: 4 }))
    const reasons = new Set(Object.values(chunked).map(({ finishReason }) => finishReason))
    expect(reasons, 'some rows stop and some do not').toEqual(new Set(['stop', 'length']))
    for (const batchSize of [1, 4, 11]) {
      const whole = essence(await answers({ ...sampling, makesWholeAnswers: true, batchSize }))
      expect(whole, `batch of ${batchSize}`).toEqual(chunked)
    }
  })

  it('stop between batches once the signal is aborted', async () => {
    const controller = new AbortController()
    const generated = runner.generate(prompts, {
      maxNewTokens: 4,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
      stopIds: [],
      batchSize: 2,
      watchIds: [],
      makesWholeAnswers: true,
      signal: controller.signal,
    })
    const seen: string[] = []
    const consume = async () => {
      for await (const { key } of generated) {
        seen.push(key)
        controller.abort()
      }
    }
    await expect(consume()).rejects.toThrow(/Cancelled/)
    expect(seen).toHaveLength(2)
  })
})

describe('groupWithin', () => {
  const request = (length: number) => ({
    key: `${length}`,
    promptIds: Array<number>(length).fill(1),
  })
  const lengths = (groups: readonly GenerateRequest[][]) =>
    groups.map((group) => group.map(({ promptIds }) => promptIds.length))

  it('keeps rows times longest prompt within the budget, longest first', () => {
    expect(lengths(groupWithin([3, 10, 4, 5].map(request), 20))).toEqual([
      [10, 5],
      [4, 3],
    ])
    expect(lengths(groupWithin([3, 10, 4, 5].map(request), 40))).toEqual([[10, 5, 4, 3]])
  })

  it('gives a prompt beyond the budget a group of its own', () => {
    expect(lengths(groupWithin([30, 4].map(request), 20))).toEqual([[30], [4]])
  })
})
