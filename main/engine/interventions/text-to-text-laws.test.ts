/** The laws of interventions in a text-to-text model of two stacks, and what is its own. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinySources } from '../architectures/fixtures/tiny-text-to-text.ts'
import { maxDifference, openTinyTextToText, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { TextToTextRunner } from '../runtime/translate-types.ts'
import { fitUses, openUnder, type Use } from './fixtures/fitted-model.ts'
import { describeLaws, type Reading, wholeModelForms } from './fixtures/laws.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: Parameters<typeof openTinyTextToText>[2]) =>
  openTinyTextToText(folder, 'mt5', options)
const calibration = Array.from({ length: 256 }, (_, at) => 2 + ((at * at + 3 * at) % 78))

const source = tinySources[6]
const encoderStates = 'encoder.blocks.1.hook_resid_post'

/** Both stacks over one source, and what the two halves write of three. */
async function read(runner: TextToTextRunner, batchSize: number): Promise<Reading> {
  const seen = await runner.activations(source, [encoderStates, 'hook_logits'])
  const requests = [4, 6, 8].map((at) => ({ key: `${at}`, sourceIds: tinySources[at] }))
  const settings = { beams: 2, maxNewTokens: 6, stopIds: [66], batchSize }
  const written: Record<string, ArrayLike<number>> = {}
  for await (const { key, tokenIds, logProbs } of runner.translate(requests, settings)) {
    written[`tokens of ${key}`] = tokenIds
    written[`log-probabilities of ${key}`] = logProbs
  }
  const logits = seen.get('hook_logits')!.data
  const states = seen.get(encoderStates)!.data
  return { moved: { logits, states }, other: written }
}

describeLaws({
  folder,
  open,
  read,
  calibration,
  further: wholeModelForms,
  lastLayer: 2,
  tolerance: 1e-5,
})

/** The model untouched, and under a use that is fitted for it. */
async function bothUnder(use: Use) {
  const { runner: plain, fitted } = await fitUses({ folder, open, uses: [use], calibration })
  return { plain, ...(await openUnder(use, { open, fitted })) }
}

describe('sites of two stacks', () => {
  it('are those of the attention to the source too', async () => {
    const use: Use = ['activation-quantisation', { inputs: ['qkv', 'o'] }]
    const { plain, runner, applied } = await bothUnder(use)
    await Promise.all([plain.close(), runner.close()])
    expect([...applied.changed].sort()).toEqual(
      [
        'encoder.ln_final.hook_normalized',
        ...[0, 1].flatMap((layer) => [
          `encoder.blocks.${layer}.attn.hook_z`,
          `encoder.blocks.${layer}.ln1.hook_normalized`,
        ]),
        ...[0, 1, 2].flatMap((layer) => [
          `blocks.${layer}.attn.hook_z`,
          `blocks.${layer}.cross_attn.hook_z`,
          `blocks.${layer}.ln1.hook_normalized`,
          `blocks.${layer}.ln_cross.hook_normalized`,
        ]),
      ].sort(),
    )
  })

  it('are left alone in the source where only generated tokens are masked', async () => {
    const use: Use = ['activation-sparsity', { sparsity: 0.9, prefill: 'none' }]
    const { plain, runner } = await bothUnder(use)
    const [before, masked] = [await read(plain, 1), await read(runner, 1)]
    await Promise.all([plain.close(), runner.close()])
    expect(maxDifference(masked.moved.states, before.moved.states)).toBeLessThan(1e-5)
    const written = 'log-probabilities of 6'
    expect(maxDifference(masked.other[written], before.other[written])).toBeGreaterThan(1e-5)
  })

  it('get different noise in the same layer', async () => {
    const { plain, runner } = await bothUnder(['additive-noise', { sites: ['up'], scale: 1 }])
    const sites = ['encoder.blocks.0.ln2.hook_normalized', 'blocks.0.ln2.hook_normalized']
    const noisy = await runner.activations(source, sites)
    const before = await plain.activations(source, sites)
    await Promise.all([plain.close(), runner.close()])
    const [a, b] = sites.map((site) =>
      noisy.get(site)!.data.map((value, at) => value - before.get(site)!.data[at]),
    )
    expect(maxDifference(a, b)).toBeGreaterThan(0.5)
  })
})
