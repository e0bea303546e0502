import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyPrompt } from '../architectures/fixtures/tiny-model.ts'
import { replaceAtSites } from '../graph/rewrite.ts'
import { maskedTokens } from '../interventions/masked-tokens.ts'
import { maxDifference, openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import type { CausalRunner, ContinuationRow } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows: ContinuationRow[] = [
  { context: tinyPrompt.slice(0, 9), continuations: [[3], [17], [3, 5, 9], [4, 4]] },
  { context: tinyPrompt.slice(0, 2), continuations: [tinyPrompt.slice(2, 8), [1]] },
  { context: tinyPrompt, continuations: [[7], [8], [9], [10]] },
  { context: [5], continuations: [[6, 7, 8, 9, 10, 11]] },
]

/** The same by whole rows: context and continuation read together, nothing shared. */
async function byWholeRows(runner: CausalRunner, { context, continuations }: ContinuationRow) {
  const whole = continuations.map((one) => ({ ids: [...context, ...one], from: context.length }))
  const found: { logProbs: Float32Array; isGreedy: boolean }[] = []
  for await (const { index, logProbs, argmaxMatches } of runner.score(whole, { batchSize: 1 })) {
    found[index] = { logProbs, isGreedy: argmaxMatches.every((match) => match === 1) }
  }
  return found
}

describe('scoreContinuations', () => {
  it.each([1, 3, 16])('equals scoring whole rows, %i contexts together', async (batchSize) => {
    const runner = await openTiny(folder)
    const seen = new Set<number>()
    for await (const { index, continuations } of runner.scoreContinuations(rows, { batchSize })) {
      seen.add(index)
      const expected = await byWholeRows(runner, rows[index])
      expect(continuations).toHaveLength(expected.length)
      for (const [at, { logProbs, isGreedy }] of continuations.entries()) {
        expect(logProbs).toHaveLength(expected[at].logProbs.length)
        expect(maxDifference(logProbs, expected[at].logProbs), `row ${index}`).toBeLessThan(2e-5)
        expect(isGreedy).toBe(expected[at].isGreedy)
      }
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3])
    await runner.close()
  })

  it.each(['none', 'last-half'] as const)(
    'is the same whatever is read beside it when a mask of prompts is %s',
    async (prefill) => {
      const site = 'blocks.0.mlp.hook_post'
      const runner = await openTiny(folder, 'llama-untied', {
        transform: (plain) => {
          const { graph, tokensOf } = maskedTokens(plain, 'mask', prefill)
          return replaceAtSites(graph, [site], (builder, x, at) =>
            tokensOf === null ? x : builder.mul(x, builder.unsqueeze(tokensOf(at), [2])),
          )
        },
      })
      const context = tinyPrompt.slice(0, 4)
      const two = [11, 12]
      const read = async (continuations: readonly (readonly number[])[]) => {
        const row = { context, continuations }
        for await (const one of runner.scoreContinuations([row], { batchSize: 4 })) {
          return one.continuations[0].logProbs
        }
        return []
      }
      const alone = await read([two])
      const beside = await read([two, [9, 8, 7, 6, 5, 4, 3, 2, 1, 2]])
      expect(maxDifference(alone, beside)).toBeLessThan(1e-5)
      await runner.close()
    },
  )

  it('knows the greedy continuation', async () => {
    const runner = await openTiny(folder)
    const context = tinyPrompt.slice(0, 6)
    const options = {
      ...{ maxNewTokens: 4, temperature: 0, topK: 0, topP: 1, seed: 0, batchSize: 1 },
      ...{ stopIds: [], watchIds: [] },
    }
    const best: number[] = []
    for await (const answer of runner.generate([{ key: 'a', promptIds: context }], options)) {
      best.push(...answer.tokenIds)
    }
    const other = [...best.slice(0, 3), best[3] === 1 ? 2 : 1]
    const row = { context, continuations: [best, other, best.slice(0, 1)] }
    for await (const { continuations } of runner.scoreContinuations([row], { batchSize: 1 })) {
      expect(continuations.map(({ isGreedy }) => isGreedy)).toEqual([true, false, true])
    }
    await runner.close()
  })

  it('refuses what has no tokens or foreign ones', async () => {
    const runner = await openTiny(folder)
    const run = async (row: ContinuationRow) => {
      for await (const one of runner.scoreContinuations([row], { batchSize: 1 })) return one
    }
    await expect(run({ context: [], continuations: [[1]] })).rejects.toThrow(/Row 0: expected a co/)
    await expect(run({ context: [1], continuations: [[]] })).rejects.toThrow(/at least one token/)
    await expect(run({ context: [1], continuations: [[99]] })).rejects.toThrow(/below 80/)
    await runner.close()
  })
})
