import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import type { Graph } from '../graph/ir.ts'
import { fitUses, openUnder, type Use } from '../interventions/fixtures/fitted-model.ts'
import { scalarInput } from '../interventions/types.ts'
import { openTiny, partOpener, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import { thresholdAt } from '../stats/magnitude-quantiles.ts'
import { fitBlockSparsities, outputError } from './block-sparsities.ts'
import { productParameters } from './products.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: Parameters<typeof openTiny>[2]) => openTiny(folder, 'llama-untied', options)
const calibration = Array.from({ length: 256 }, (_, at) => (at * at + 3 * at) % tinyVocab)
const use: Use = ['activation-sparsity', { prefill: 'last-half' }]
const sites = ['ln1.hook_normalized', 'attn.hook_z', 'ln2.hook_normalized', 'mlp.hook_post'].map(
  (name) => `blocks.1.${name}`,
)
/** d = 64, of which 32 in keys and in values; an MLP of 96. */
const parameters = [64 * 128, 64 * 64, 64 * 192, 96 * 64]

/** What the whole model gives behind block 1 where only that block is masked: an oracle for the block by itself. */
async function wholeModel() {
  const { runner, fitted } = await fitUses({ folder, open, uses: [use], calibration })
  await runner.close()
  const under = await openUnder(use, { open, fitted })
  const output = 'blocks.1.hook_resid_post'
  const read = async (sparsities: readonly number[]) => {
    for (const name of under.applied.inputs.keys()) {
      const at = sites.findIndex((site) => name.endsWith(site))
      const table = fitted.get(sites[at])?.quantiles?.absolute ?? []
      const isOn = at >= 0 && sparsities[at] > 0
      under.runner.setInput(name, scalarInput(isOn ? thresholdAt(table, sparsities[at]) : 0))
    }
    const rows = [calibration.slice(0, 64), calibration.slice(64, 128)]
    const seen: number[] = []
    for (const row of rows) {
      seen.push(...((await under.runner.activations(row, [output])).get(output)?.data ?? []))
    }
    return Float32Array.from(seen)
  }
  const exact = await read([0, 0, 0, 0])
  const errorAt = async (sparsities: readonly number[]) =>
    outputError(exact, await read(sparsities), { rows: 2, tokens: 64 })
  return { fitted, errorAt, close: () => under.runner.close() }
}

describe('fitBlockSparsities', () => {
  it('shares out a block as its error in the whole model says', async () => {
    const graphs: Graph[] = []
    const plain = await open({ transform: (graph) => (graphs.push(graph), graph) })
    const [graph] = graphs
    const whole = await wholeModel()
    const { fitted, errorAt } = whole
    expect(sites.map((site) => productParameters(graph, site))).toEqual(parameters)
    const request = {
      ...{ graph, runner: plain, openSession: partOpener(folder), sites, fitted },
      ...{ rule: 'absolute' as const, ids: calibration, signal: new AbortController().signal },
      onBlock: () => undefined,
    }
    const found = await fitBlockSparsities(request)
    const at = (mean: number) => sites.map((site) => found.get(site)?.[mean] ?? NaN)
    const all = parameters.reduce((a, b) => a + b)
    for (const mean of [0, 10, 50, 90]) {
      const weighted = at(mean).reduce((sum, p, index) => sum + p * parameters[index], 0) / all
      expect(weighted, `mean ${mean}`).toBeCloseTo(mean / 100, 2)
    }
    // The first step is the one of least error.
    const first = parameters.map((own, index) => {
      const step = (0.05 / 13) * (all / own)
      return parameters.map((_, other) => (other === index ? step : 0))
    })
    const errors = []
    for (const row of first) errors.push(await errorAt(row))
    const taken = found.get(sites[errors.indexOf(Math.min(...errors))])
    expect(taken?.slice(0, 5).some((p) => p > 0)).toBe(true)
    expect(await errorAt(at(50))).toBeLessThan(await errorAt([0.5, 0.5, 0.5, 0.5]))
    await Promise.all([plain.close(), whole.close()])
  })

  it('refuses sites outside the blocks of one stack', async () => {
    const request = { sites: ['encoder.blocks.0.mlp.hook_post'], ids: [] }
    await expect(
      fitBlockSparsities(request as unknown as Parameters<typeof fitBlockSparsities>[0]),
    ).rejects.toMatchObject({ code: 'incompatible' })
  })
})

describe('outputError', () => {
  it('is the norm over the last quarter of the tokens, averaged over rows and channels', () => {
    // Two rows of four tokens with two channels: only the last token counts.
    const exact = new Float32Array(16)
    const found = Float32Array.from([9, 9, 9, 9, 9, 9, 3, -4, 0, 0, 0, 0, 7, 7, 1, 0])
    expect(outputError(exact, found, { rows: 2, tokens: 4 })).toBe((3 + 4 + 1 + 0) / 4)
    // Of eight tokens of one channel the last two, together.
    const other = Float32Array.from([9, 9, 9, 9, 9, 9, 3, 4])
    expect(outputError(new Float32Array(8), other, { rows: 1, tokens: 8 })).toBe(5)
  })
})
