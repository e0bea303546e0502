/** What contexts and continuations share is read once, and nobody can tell from the numbers. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import type { Graph } from '../graph/ir.ts'
import { findIntervention } from '../interventions/index.ts'
import { readUses } from '../interventions/records.ts'
import { scoreContinuations } from './continuations.ts'
import { maskedMlp } from './fixtures/masked-mlp.ts'
import { maxDifference, openTiny, openTinyStepper, scratchFolder } from './fixtures/open-tiny.ts'
import type { CausalRunner, RunnerOptions, ContinuationRow } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Tokens that look random and are always the same. */
const tokens = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => (seed * 31 + at * at * 7 + at * 13) % tinyVocab)

const labels = [
  [3, 5, 9],
  [3, 5],
  [3, 5, 9, 11],
  [3, 6, 2],
  [4],
  [8, 5, 9],
  [8, 5, 1],
  [3, 5, 9, 12],
]
const instruction = tokens(2, 60)
const contexts = [5, 9, 3, 12, 7, 1, 4, 6, 11, 8].map((own, at) => [
  ...instruction,
  ...tokens(at + 3, own),
])
const rows: ContinuationRow[] = contexts.map((context) => ({ context, continuations: labels }))

async function byWholeRows(runner: CausalRunner): Promise<Float32Array[]> {
  const whole = rows.flatMap(({ context, continuations }) =>
    continuations.map((one) => ({ ids: [...context, ...one], from: context.length })),
  )
  const found: Float32Array[] = []
  for await (const { index, logProbs } of runner.score(whole, { batchSize: 8 })) {
    found[index] = logProbs
  }
  return found
}

async function byTree(runner: CausalRunner): Promise<{ found: Float32Array[]; read: number }> {
  let read = 0
  const found: Float32Array[] = []
  const options = { batchSize: 8, onRead: (count: number) => void (read += count) }
  for await (const { index, continuations } of runner.scoreContinuations(rows, options)) {
    continuations.forEach(({ logProbs }, at) => (found[index * labels.length + at] = logProbs))
  }
  return { found, read }
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return Math.max(...a.map((values, at) => maxDifference(values, b[at] ?? [])))
}

/** One intervention at its published strength, where it needs no calibration. */
function changed(id: string, params: Record<string, Json>): Partial<RunnerOptions> {
  const inputs = new Map<string, never>()
  return {
    inputs,
    transform: (graph: Graph) => {
      const [use] = readUses([{ id, params }])
      const request = { graph, params: use.params, covers: 'chosen', prefix: 'one', fitted: null }
      const applied = findIntervention(id).apply(request as never)
      for (const [name, value] of applied.inputs) inputs.set(name, value as never)
      return applied.graph
    },
  }
}

describe('reading together', () => {
  const cases: [string, Partial<RunnerOptions>][] = [
    ['the untouched model', {}],
    ['noise by position', changed('additive-noise', { scale: 0.3 })],
    ['a softmax of polynomials (BOLT)', changed('bolt', {})],
    ['another one (IRON)', changed('iron', {})],
    ['another one (BumbleBee)', changed('bumblebee', {})],
  ]

  it.each(cases)('equals reading every choice by itself: %s', async (_, options) => {
    const runner = await openTiny(folder, 'llama-untied', options)
    const { found, read } = await byTree(runner)
    expect(found).toHaveLength(rows.length * labels.length)
    expect(largestDifference(found, await byWholeRows(runner))).toBeLessThan(2e-5)
    const separately = rows.length * labels.length * (instruction.length + 8)
    expect(read, 'tokens read').toBeLessThan(separately / 20)
    await runner.close()
  })

  it('is left where a mask asks how long the prompt is, and equals what it gives alone', async () => {
    for (const prompt of ['last-half', 'none'] as const) {
      const runner = await openTiny(folder, 'llama-untied', maskedMlp(prompt))
      const { found, read } = await byTree(runner)
      // Every prompt is read whole.
      expect(read).toBeGreaterThan(rows.length * instruction.length)
      for (const [at, row] of rows.entries()) {
        for (const [place, label] of labels.entries()) {
          const alone = { context: row.context, continuations: [label] }
          for await (const one of runner.scoreContinuations([alone], { batchSize: 1 })) {
            const own = found[at * labels.length + place] ?? []
            const [only] = one.continuations
            expect(maxDifference(own, only.logProbs), `${prompt}, row ${at}`).toBeLessThan(2e-5)
          }
        }
      }
      await runner.close()
    }
  })

  it('goes through narrow runs, and through several for many places, with the same numbers', async () => {
    const options = {
      ...{ batchSize: 4, tokensTogether: 512, rowsTogether: 4 },
      ...{ isTokenwise: true, keepsBeginnings: true },
    }
    const read = async (nHeads: number, vocab: number, keepsBeginnings: boolean) => {
      const stepper = { ...(await openTinyStepper(folder, { nHeads })), vocab }
      const found: Float32Array[] = []
      const settings = { ...options, keepsBeginnings }
      for await (const { index, continuations } of scoreContinuations(stepper, rows, settings)) {
        continuations.forEach(({ logProbs }, at) => (found[index * labels.length + at] = logProbs))
      }
      return found
    }
    const plain = await read(4, tinyVocab, true)
    // So many heads make runs of 16 columns, so large a vocabulary leaves room for 3 places in one.
    expect(largestDifference(plain, await read(1e6, tinyVocab, false))).toBeLessThan(2e-5)
    expect(largestDifference(plain, await read(1e6, 2 ** 24, true))).toBeLessThan(2e-5)
  })
})
