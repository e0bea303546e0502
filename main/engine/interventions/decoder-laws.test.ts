/** The laws of interventions in a decoder of two layers, and what a map by layer needs of it. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyPrompt, tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { maxDifference, openTiny, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { CausalRunner } from '../runtime/types.ts'
import { fitUses, openUnder, type Use } from './fixtures/fitted-model.ts'
import { describeLaws, type Reading } from './fixtures/laws.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: Parameters<typeof openTiny>[2]) => openTiny(folder, 'llama-untied', options)
const calibration = Array.from({ length: 256 }, (_, at) => (at * at + 3 * at) % tinyVocab)

const further: readonly Use[] = [
  ['activation-sparsity', { sparsity: 0.9 }],
  ['activation-sparsity', { prefill: 'last-half' }],
  ['activation-quantisation', { bits: 4 }],
  ['activation-sparsity', { allocation: 'greedy', thresholdRule: 'symmetric' }],
  ['activation-quantisation', { bits: 4, granularity: 'tensor' }],
  ['smoothquant', { bits: 4 }],
  ['smoothquant', { bits: 4, granularity: 'tensor' }],
  ['omniquant', { bits: 4 }],
  ['additive-noise', { sites: ['norm-all', 'o'], family: 'laplace', relative: 'site-std' }],
  ['iron', { norm: true }],
  ['nexus', { norm: true, reciprocal: 'nexus' }],
]

/** Logits of a row, and log-probabilities of it and its beginnings as text. */
async function read(runner: CausalRunner, batchSize: number): Promise<Reading> {
  const rows = [24, 17, 9].map((length) => ({ ids: tinyPrompt.slice(0, length), from: 1 }))
  const scored: Record<string, Float32Array> = {}
  for await (const { index, logProbs } of runner.score(rows, { batchSize })) {
    scored[`row ${index}`] = logProbs
  }
  return { moved: { logits: await runner.logits(tinyPrompt), ...scored }, other: {} }
}

describeLaws({ folder, open, read, calibration, further, lastLayer: 1, tolerance: 1e-5 })

describe('a layer', () => {
  it.each(further)('%s %j acts on one as on all without the others', async (id, params) => {
    const { runner, fitted } = await fitUses({ folder, open, uses: [[id, params]], calibration })
    const plain = await runner.logits(tinyPrompt)
    await runner.close()
    const logits = async (layers: Use[1]) => {
      const { runner } = await openUnder([id, { ...params, ...layers }], { open, fitted })
      const values = await runner.logits(tinyPrompt)
      await runner.close()
      return values
    }
    const single = await logits({ fromLayer: 1, toLayer: 1 })
    expect(maxDifference(single, await logits({ exceptLayers: [0] }))).toBeLessThan(1e-5)
    expect(maxDifference(single, plain)).toBeGreaterThan(1e-4)
  })
})
