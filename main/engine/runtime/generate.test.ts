import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  tinyCases,
  tinyPrompt,
  tinyReference,
  tinyVocab,
} from '../architectures/fixtures/tiny-model.ts'
import { maxDifference, openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import { randomStream, uniformAt } from './random.ts'
import type { CausalRunner, GenerateOptions, GenerateRequest, GenerateResult } from './types.ts'

const folder = scratchFolder()
let runner: CausalRunner
beforeAll(async () => {
  runner = await openTiny(folder, 'llama-untied')
})
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

const greedy: GenerateOptions = {
  maxNewTokens: 16,
  temperature: 0,
  topK: 0,
  topP: 1,
  seed: 1,
  stopIds: [],
  batchSize: 1,
  watchIds: [],
}

async function answers(
  requests: Iterable<GenerateRequest>,
  options: Partial<GenerateOptions> = {},
  from = runner,
): Promise<Map<string, GenerateResult>> {
  const results = new Map<string, GenerateResult>()
  for await (const result of from.generate(requests, { ...greedy, ...options })) {
    results.set(result.key, result)
  }
  return results
}

const tokens = (results: Map<string, GenerateResult>): Record<string, readonly number[]> =>
  Object.fromEntries<readonly number[]>(
    [...results.values()].map(({ key, tokenIds }) => [key, tokenIds] as const),
  )

/** Prompts of 1 to 24 tokens. */
const prompts = (count: number): GenerateRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    key: `sample-${i}`,
    promptIds: Array.from({ length: 1 + ((i * 7) % 24) }, (_, j) => (i * 31 + j * 17) % tinyVocab),
  }))

function logSoftmax(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits)
  const sum = logits.reduce((total, x) => total + Math.exp(x - largest), 0)
  return logits.map((x) => x - largest - Math.log(sum))
}

describe('greedy decoding', () => {
  it.each(tinyCases)('continues as transformers does: %s', async (name) => {
    const other = await openTiny(folder, name)
    const results = await answers([{ key: 'a', promptIds: tinyPrompt }], {}, other)
    await other.close()
    expect(results.get('a')?.tokenIds).toEqual(tinyReference(name).greedy)
    expect(results.get('a')?.finishReason).toBe('length')
  })

  it('gives a row the same answer alone, padded in a batch, and admitted late', async () => {
    const requests = prompts(11)
    const alone = tokens(await answers(requests))
    expect(tokens(await answers(requests, { batchSize: 11 }))).toEqual(alone)
    expect(tokens(await answers(requests, { batchSize: 3 }))).toEqual(alone)
  })

  it('keeps answers when rows end at different times and others take their places', async () => {
    const requests = prompts(9)
    const stopIds = [3, 10, 11, 18, 30, 43, 55, 66, 70, 73]
    const alone = await answers(requests, { stopIds, maxNewTokens: 40 })
    const together = await answers(requests, { stopIds, maxNewTokens: 40, batchSize: 4 })
    expect(tokens(together)).toEqual(tokens(alone))
    const lengths = new Set([...alone.values()].map(({ tokenIds }) => tokenIds.length))
    expect(lengths.size).toBeGreaterThan(2)
  })

  it('leaves the stop token out and says why it ended', async () => {
    const [first, second, third] = tinyReference('llama-untied').greedy
    const results = await answers([{ key: 'a', promptIds: tinyPrompt }], { stopIds: [third] })
    expect(results.get('a')).toMatchObject({ tokenIds: [first, second], finishReason: 'stop' })
    const none = await answers([{ key: 'a', promptIds: tinyPrompt }], { stopIds: [first] })
    expect(none.get('a')).toMatchObject({ tokenIds: [], finishReason: 'stop' })
  })

  it('records log-probabilities and gaps of its tokens, and watched ones at the first', async () => {
    const watchIds = [5, 0, 79]
    const results = await answers([{ key: 'a', promptIds: tinyPrompt }, ...prompts(3)], {
      batchSize: 4,
      maxNewTokens: 1,
      watchIds,
    })
    const logits = tinyReference('llama-untied').logits.slice(-tinyVocab)
    const expected = logSoftmax(logits)
    const sorted = logits.toSorted().reverse()
    const result = results.get('a')!
    expect(result.logProbs[0]).toBeCloseTo(Math.max(...expected), 4)
    expect(result.gaps[0]).toBeCloseTo(sorted[0] - sorted[1], 4)
    expect(
      maxDifference(
        result.watchLogProbs,
        watchIds.map((id) => expected[id]),
      ),
    ).toBeLessThan(1e-5)
  })

  it('tells progress and hears the signal between chunks', async () => {
    const controller = new AbortController()
    let told = 0
    const onTokens = (count: number) => {
      told += count
      if (told > 20) controller.abort()
    }
    const options = { maxNewTokens: 200, onTokens, signal: controller.signal }
    await expect(answers(prompts(1), options)).rejects.toMatchObject({ code: 'cancelled' })
    expect(told).toBeLessThan(60)
  })

  it('asks for a request only when a row is free for it', async () => {
    let asked = 0
    const requests = function* () {
      for (const request of prompts(4)) {
        asked += 1
        yield request
      }
    }
    const seen: number[] = []
    for await (const _ of runner.generate(requests(), { ...greedy, maxNewTokens: 2 })) {
      seen.push(asked)
    }
    expect(seen).toEqual([1, 2, 3, 4])
  })

  it('refuses settings and prompts that make no sense', async () => {
    const refused = { code: 'invalid-input' }
    await expect(answers(prompts(1), { topP: 0 })).rejects.toMatchObject(refused)
    await expect(answers(prompts(1), { maxNewTokens: 0 })).rejects.toMatchObject(refused)
    await expect(answers([{ key: 'x', promptIds: [] }])).rejects.toThrow(/x: expected a prompt/)
    await expect(answers([{ key: 'x', promptIds: [80] }])).rejects.toThrow(/below 80, found 80/)
  })
})

describe('sampling', () => {
  const many = (count: number): GenerateRequest[] =>
    Array.from({ length: count }, (_, i) => ({ key: `draw-${i}`, promptIds: tinyPrompt }))

  it('depends on seed and key only, not on the batch', async () => {
    const options = { temperature: 1.2, topK: 40, topP: 0.95 }
    const requests = prompts(7)
    const alone = tokens(await answers(requests, options))
    expect(tokens(await answers(requests, { ...options, batchSize: 5 }))).toEqual(alone)
    expect(tokens(await answers(requests.toReversed(), { ...options, batchSize: 2 }))).toEqual(
      alone,
    )
    expect(tokens(await answers(requests, { ...options, seed: 2 }))).not.toEqual(alone)
  })

  it.each([
    { temperature: 0.8, topK: 6, topP: 0.9 },
    { temperature: 1, topK: 6, topP: 1 },
    { temperature: 0.7, topK: 0, topP: 0.5 },
    { temperature: 0.6, topK: 0, topP: 1 },
  ])('follows the distribution that %o leaves', async (sampling) => {
    const count = 3000
    const options = { ...sampling, maxNewTokens: 1, batchSize: 500 }
    const results = await answers(many(count), options)
    const logits = tinyReference('llama-untied').logits.slice(-tinyVocab)
    const expected = filtered(logits, options)
    const counts = new Map<number, number>()
    for (const { tokenIds } of results.values()) {
      counts.set(tokenIds[0], (counts.get(tokenIds[0]) ?? 0) + 1)
    }
    expect([...counts.keys()].filter((id) => !expected.has(id))).toEqual([])
    // Tokens that are expected less than ten times are counted together.
    const rare = [...expected].filter(([, probability]) => count * probability < 10)
    const bins = [...expected].filter(([, probability]) => count * probability >= 10)
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
    const cells = [
      ...bins.map(([id, probability]) => [counts.get(id) ?? 0, count * probability]),
      [sum(rare.map(([id]) => counts.get(id) ?? 0)), count * sum(rare.map(([, p]) => p))],
    ].filter(([, wanted]) => wanted > 1)
    const chiSquared = sum(cells.map(([found, wanted]) => (found - wanted) ** 2 / wanted))
    // Wilson and Hilferty's approximation to the 0.9999 quantile of chi-squared.
    const degrees = cells.length - 1
    const quantile = degrees * (1 - 2 / (9 * degrees) + 3.72 * Math.sqrt(2 / (9 * degrees))) ** 3
    expect(degrees).toBeGreaterThan(1)
    expect(chiSquared).toBeLessThan(quantile)
  })

  it('at its edges is greedy, or unfiltered', async () => {
    const best = tokens(await answers(prompts(4)))
    const single = { temperature: 1, topK: 1, batchSize: 4 }
    expect(tokens(await answers(prompts(4), single))).toEqual(best)
    const tiny = { temperature: 1, topP: 1e-6, batchSize: 4 }
    expect(tokens(await answers(prompts(4), tiny))).toEqual(best)
    const all = await answers(many(400), {
      temperature: 5,
      topK: 1000,
      maxNewTokens: 1,
      batchSize: 400,
    })
    const seen = new Set([...all.values()].map(({ tokenIds }) => tokenIds[0]))
    expect(seen.size).toBeGreaterThan(60)
  })

  it('records probabilities under the unmodified distribution', async () => {
    const results = await answers(many(20), { temperature: 3, maxNewTokens: 1, batchSize: 20 })
    const expected = logSoftmax(tinyReference('llama-untied').logits.slice(-tinyVocab))
    for (const { tokenIds, logProbs } of results.values()) {
      expect(logProbs[0]).toBeCloseTo(expected[tokenIds[0]], 4)
    }
  })
})

/** The closed form: softmax at the temperature, the K largest, the smallest set reaching topP, renormalised. */
function filtered(
  logits: Float32Array,
  options: { temperature: number; topK: number; topP: number },
): Map<number, number> {
  const order = [...logits.keys()]
    .sort((a, b) => logits[b] - logits[a])
    .slice(0, options.topK === 0 ? undefined : options.topK)
  const scaled = order.map((id) => Math.exp((logits[id] - logits[order[0]]) / options.temperature))
  const total = scaled.reduce((a, b) => a + b)
  const kept: [number, number][] = []
  let reached = 0
  for (const [at, id] of order.entries()) {
    if (reached >= options.topP) break
    kept.push([id, scaled[at] / total])
    reached += scaled[at] / total
  }
  return new Map(kept.map(([id, probability]) => [id, probability / reached]))
}

describe('random streams', () => {
  it('are uniform, and apart for neighbouring keys, seeds and steps', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) =>
      uniformAt(randomStream(i % 10, `sample-${i % 200}`), Math.floor(i / 200)),
    )
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const bins = new Array<number>(20).fill(0)
    for (const draw of draws) bins[Math.floor(draw * 20)] += 1
    const chiSquared = bins.reduce((sum, bin) => sum + (bin - 1000) ** 2 / 1000, 0)
    expect(mean).toBeCloseTo(0.5, 2)
    // 0.9999 quantile with 19 degrees of freedom is 50.8.
    expect(chiSquared).toBeLessThan(50.8)
    expect(uniformAt(randomStream(1, 'a'), 0)).not.toBe(uniformAt(randomStream(2, 'a'), 0))
    expect(uniformAt(randomStream(1, 'a'), 0)).not.toBe(uniformAt(randomStream(1, 'b'), 0))
  })
})
