import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { maskedMlp } from './fixtures/masked-mlp.ts'
import { openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import type { CausalRunner, GrammarState } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tokens = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => (seed * 31 + at * at * 7 + at * 13) % tinyVocab)

/** Choices and stretches without one, by the tokens so far; it ends after `length` of them. */
function grammar(
  seed: number,
  length: number,
  before: readonly number[] = [],
): GrammarState<string> {
  const isOver = before.length === length
  const own = tokens(seed + before.length + (before.at(-1) ?? 0), 6)
  const hasChoice = (before.length + seed) % 4 < 2
  return {
    tokens: isOver ? [] : [...new Set(hasChoice ? own : own.slice(0, 1))],
    outcome: isOver ? before.join(' ') : null,
    follow: (token) => grammar(seed, length, [...before, token]),
  }
}

const beginning = tokens(5, 45)
const requests = [3, 9, 1, 6, 4].map((own, at) => ({
  key: `row ${at}`,
  promptIds: [...beginning, ...tokens(at + 1, own)],
  start: grammar(at, 5 + 2 * at),
}))

/** The same, one whole reading a token. */
async function byLogits(runner: CausalRunner, { promptIds, start }: (typeof requests)[number]) {
  const ids = [...promptIds]
  const logProbs: number[] = []
  let state = start
  while (state.outcome === null) {
    const logits = await runner.logits(ids)
    const last = logits.subarray(logits.length - tinyVocab)
    const values = state.tokens.map((id) => last[id] ?? Number.NaN)
    const best = values.indexOf(Math.max(...values))
    const total = values.reduce((sum, value) => sum + Math.exp(value - (values[best] ?? 0)), 0)
    logProbs.push(-Math.log(total))
    ids.push(state.tokens[best] ?? -1)
    state = state.follow(ids.at(-1) ?? -1)
  }
  return { outcome: state.outcome, logProbs }
}

async function within(runner: CausalRunner, batchSize: number) {
  const found = new Map<string, { outcome: string; logProbs: readonly number[] }>()
  let read = 0
  const options = { batchSize, onRead: (count: number) => void (read += count) }
  for await (const { key, ...result } of runner.generateWithin(requests, options)) {
    found.set(key, result)
  }
  return { found, read }
}

describe('generateWithin', () => {
  it.each([1, 2, 8])('chooses as whole readings would, %i rows together', async (batchSize) => {
    const runner = await openTiny(folder)
    const { found } = await within(runner, batchSize)
    for (const request of requests) {
      const expected = await byLogits(runner, request)
      const own = found.get(request.key)
      expect(own?.outcome, request.key).toBe(expected.outcome)
      for (const [at, value] of expected.logProbs.entries()) {
        expect(own?.logProbs[at]).toBeCloseTo(value, 4)
      }
    }
    await runner.close()
  })

  it('reads the common beginning once', async () => {
    const runner = await openTiny(folder)
    const { read } = await within(runner, 8)
    expect(read).toBeLessThan(requests.length * beginning.length)
    await runner.close()
  })

  it('is the same in any batch where a mask asks which tokens are generated', async () => {
    for (const prompt of ['last-half', 'none'] as const) {
      const runner = await openTiny(folder, 'llama-untied', maskedMlp(prompt))
      const alone = await within(runner, 1)
      const together = await within(runner, 8)
      const outcomes = ({ found }: typeof alone) =>
        [...found].map(([key, one]) => [key, one.outcome])
      expect(outcomes(together).sort()).toEqual(outcomes(alone).sort())
      await runner.close()
    }
  })

  it('generates what is generated where everything is allowed', async () => {
    const everything = (left: number, before: readonly number[] = []): GrammarState<number[]> => ({
      tokens: left === 0 ? [] : Array.from({ length: tinyVocab }, (_, id) => id),
      outcome: left === 0 ? [...before] : null,
      follow: (token) => everything(left - 1, [...before, token]),
    })
    const free = requests.map(({ key, promptIds }) => ({ key, promptIds, start: everything(6) }))
    for (const options of [{}, maskedMlp('none')]) {
      const runner = await openTiny(folder, 'llama-untied', options)
      const expected = new Map<string, readonly number[]>()
      const settings = {
        ...{ maxNewTokens: 6, temperature: 0, topK: 0, topP: 1, seed: 0, batchSize: 8 },
        ...{ stopIds: [], watchIds: [] },
      }
      for await (const { key, tokenIds } of runner.generate(free, settings)) {
        expected.set(key, tokenIds)
      }
      for await (const { key, outcome } of runner.generateWithin(free, { batchSize: 8 })) {
        expect(outcome, key).toEqual(expected.get(key))
      }
      await runner.close()
    }
  })

  it('goes on where the model overflows, and says where', async () => {
    const runner = await openTiny(folder, 'llama-untied', {
      transform: (graph) =>
        replaceAtSites(graph, ['blocks.0.mlp.hook_post'], (builder, x) =>
          builder.mul(x, builder.float32(Infinity)),
        ),
    })
    const { found } = await within(runner, 8)
    expect(found.size).toBe(requests.length)
    for (const { logProbs } of found.values()) expect(logProbs.some(Number.isNaN)).toBe(true)
    await runner.close()
  })

  it('refuses a prompt without tokens', async () => {
    const runner = await openTiny(folder)
    const none = [{ key: 'a', promptIds: [], start: grammar(1, 2) }]
    const run = async () => {
      for await (const one of runner.generateWithin(none, { batchSize: 1 })) return one
    }
    await expect(run()).rejects.toThrow(/Sample a: expected a prompt/)
    await runner.close()
  })
})
