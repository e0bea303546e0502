import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { fitUses, type Use } from '../interventions/fixtures/fitted-model.ts'
import { findIntervention } from '../interventions/index.ts'
import { readUses } from '../interventions/records.ts'
import { maxDifference, openTiny, openTinyStepper, scratchFolder } from './fixtures/open-tiny.ts'
import { score } from './score.ts'
import { largestWidth, pieces } from './segments.ts'
import type { Stepper } from './stepper.ts'

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

describe('text longer than one run may hold, of which a part is masked', () => {
  const rows = Array.from({ length: 6 }, (_, row) =>
    Array.from({ length: 60 - 3 * row }, (_unused, i) => (row * 13 + i * 29) % tinyVocab),
  )
  const open = (options: Parameters<typeof openTiny>[2]) =>
    openTiny(folder, 'llama-untied', options)
  const calibration = Array.from({ length: 256 }, (_, at) => (at * at + 3 * at) % tinyVocab)
  const scoresOf = async (stepper: Stepper, batchSize: number) => {
    const wanted = rows.map((ids) => ({ ids, from: 20 }))
    const results: Float32Array[] = []
    for await (const { index, logProbs } of score(stepper, wanted, { batchSize }))
      results[index] = logProbs
    return results
  }

  it.each(['last-half', 'none'])('is masked as a whole with prefill %s', async (prefill) => {
    const use: Use = ['activation-sparsity', { sparsity: 0.7, prefill }]
    const { runner, fitted } = await fitUses({ folder, open, uses: [use], calibration })
    await runner.close()
    const [complete] = readUses([{ id: use[0], params: use[1] }])
    const under = (nHeads: number) =>
      openTinyStepper(folder, {
        nHeads,
        apply: (graph) =>
          findIntervention(use[0]).apply({
            ...{ graph, fitted, params: complete.params },
            ...{ covers: 'chosen', prefix: 'intervention.0' },
          }),
      })
    const [wide, narrow] = [await under(4), await under(200_000)]
    const size = { rows: 6, seq: 59, provider: 'cpu' } as const
    expect(largestWidth({ ...size, nHeads: 4 })).toBe(59)
    expect(largestWidth({ ...size, nHeads: 200_000 })).toBe(16)
    const expected = await scoresOf(wide, 1)
    for (const found of [await scoresOf(narrow, 6), await scoresOf(narrow, 1)]) {
      found.forEach((logProbs, row) =>
        expect(maxDifference(logProbs, expected[row]), `row ${row}`).toBeLessThan(1e-4),
      )
    }
  })
})
