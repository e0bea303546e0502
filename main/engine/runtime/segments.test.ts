import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { maxDifference, openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import { largestWidth, pieces } from './segments.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('pieces', () => {
  it('cover all columns and keep to the budgets', () => {
    expect(pieces(10, 4)).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 6 },
      { start: 6, end: 10 },
    ])
    for (let seq = 17; seq < 600; seq++) {
      const parts = pieces(seq, 16)
      const widths = parts.map(({ start, end }) => end - start)
      expect(Math.min(...widths), `${seq} columns: no single one`).toBeGreaterThan(1)
      expect(Math.max(...widths)).toBeLessThanOrEqual(16)
      expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([0, seq])
    }
    expect(largestWidth({ rows: 1, seq: 512, nHeads: 9, provider: 'cpu' })).toBe(512)
    expect(largestWidth({ rows: 32, seq: 200, nHeads: 14, provider: 'cpu' })).toBe(128)
    expect(largestWidth({ rows: 1, seq: 32_768, nHeads: 14, provider: 'cpu' })).toBe(146)
    expect(largestWidth({ rows: 1024, seq: 100, nHeads: 14, provider: 'cpu' })).toBe(16)
  })
})

describe('text longer than one run may hold', () => {
  const rows = 64
  const longest = 160
  const prompts = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: longest - (row % 7) }, (_unused, i) => (row * 13 + i * 29) % tinyVocab),
  )

  it('is read in pieces with the same answers and scores', async () => {
    expect(largestWidth({ rows, seq: longest, nHeads: 4, provider: 'cpu' })).toBeLessThan(longest)
    const runner = await openTiny(folder)
    const requests = prompts.map((promptIds, row) => ({ key: String(row), promptIds }))
    const generate = async (batchSize: number, wanted = requests) => {
      const answers = new Map<string, readonly number[]>()
      for await (const { key, tokenIds } of runner.generate(wanted, {
        maxNewTokens: 3,
        temperature: 0,
        topK: 0,
        topP: 1,
        seed: 0,
        stopIds: [],
        batchSize,
        watchIds: [],
      }))
        answers.set(key, tokenIds)
      return answers
    }
    const together = await generate(rows)
    const alone = await generate(1, requests.slice(0, 5))
    for (const [key, tokenIds] of alone) expect(together.get(key)).toEqual(tokenIds)

    const score = async (from: readonly number[][], batchSize: number) => {
      const results: Float32Array[] = []
      const wanted = from.map((ids) => ({ ids, from: 100 }))
      for await (const { index, logProbs } of runner.score(wanted, { batchSize }))
        results[index] = logProbs
      return results
    }
    const scored = await score(prompts, rows)
    for (const [index, logProbs] of (await score(prompts.slice(0, 3), 1)).entries()) {
      expect(maxDifference(logProbs, scored[index])).toBeLessThan(2e-5)
    }
    await runner.close()
  })
})
