/** The laws of interventions in an encoder of three blocks with heads, and what is its own. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyRows } from '../architectures/fixtures/tiny-encoder.ts'
import { maxDifference, openTinyEncoder, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { EncoderRunner } from '../runtime/types.ts'
import { openUnder, type Use } from './fixtures/fitted-model.ts'
import { describeLaws, type Reading, wholeModelForms } from './fixtures/laws.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: Parameters<typeof openTinyEncoder>[2]) =>
  openTinyEncoder(folder, 'bert-first', options)
const calibration = Array.from({ length: 256 }, (_, at) => 4 + ((at * at + 3 * at) % 56))

const further: readonly Use[] = [
  ...wholeModelForms,
  ['activation-sparsity', { allocation: 'greedy', thresholdRule: 'symmetric' }],
  ['bumblebee', { gelu: 'paper' }],
]

/** Slots of all tokens of a single row, and intents of both rows. */
async function read(runner: EncoderRunner, batchSize: number): Promise<Reading> {
  const slots = await runner.logits(tinyRows[0])
  const intents: Record<string, Float32Array> = {}
  const rows = tinyRows.map((ids) => ({ ids, wordStarts: ids.map((_, at) => at) }))
  for await (const { index, intentLogits } of runner.label(rows, { batchSize })) {
    intents[`intent ${index}`] = intentLogits
  }
  return { moved: { slots, ...intents }, other: {} }
}

describeLaws({ folder, open, read, calibration, further, lastLayer: 2, tolerance: 1e-6 })

/** Of uses that need no calibration. */
const under = (use: Use) => openUnder(use, { open, fitted: new Map() })

describe('what an encoder has no part in', () => {
  it('is refused: masking generated tokens only', async () => {
    const use: Use = ['activation-sparsity', { prefill: 'none' }]
    await expect(under(use)).rejects.toMatchObject({ code: 'incompatible' })
  })

  it('is refused: a polynomial for an activation that the model has not', async () => {
    const use: Use = ['polynomial-activation', { gelu: 'exact' }]
    await expect(under(use)).rejects.toThrow(/This model has no SiLU or GELU/)
  })
})

describe('the stream beside the products', () => {
  it('is not quantised with what the products read', async () => {
    const { runner } = await under(['activation-quantisation', { bits: 2, inputs: ['qkv'] }])
    const sites = ['blocks.0.ln1.hook_normalized', 'blocks.0.hook_resid_pre', 'hook_embed']
    const seen = await runner.activations(tinyRows[0], sites)
    const [read, stream, embedded] = sites.map((site) => seen.get(site)!.data)
    expect(new Set(read.subarray(0, 32)).size).toBeLessThanOrEqual(3)
    expect(maxDifference(stream, embedded)).toBe(0)
    expect(new Set(stream.subarray(0, 32)).size).toBeGreaterThan(20)
    await runner.close()
  })
})
