import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { tinyPrompt } from '../architectures/fixtures/tiny-model.ts'
import type { Graph } from '../graph/ir.ts'
import { maxDifference, openTiny } from '../runtime/fixtures/open-tiny.ts'
import type { CausalRunner } from '../runtime/types.ts'
import {
  applyUse,
  chainOfSites,
  expectClose,
  mlpPost,
  runRows,
  scratchFolder,
} from './fixtures/one-site.ts'
import { fillNoise, keyOf, type NoiseFamily } from './noise/keyed-noise.ts'
import type { FittedStatistics, InputTensor } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const use = (params: Record<string, Json>) => ({ id: 'additive-noise', params })

function draws(key: number, count: number, family: NoiseFamily = 'gauss'): number[] {
  const out = new Float32Array(count)
  fillNoise(family, key, out)
  return [...out]
}

describe('additive-noise', () => {
  it.each<NoiseFamily>(['gauss', 'laplace', 'uniform'])(
    'adds the %s draws of each position, wherever a chunk begins',
    async (family) => {
      const { graph, inputs } = applyUse(
        chainOfSites([mlpPost], 3),
        use({ sites: ['down'], family, scale: 0.5, seed: 42 }),
      )
      const expected = [4, 5].flatMap((position) =>
        draws(keyOf({ seed: 42, layer: 0, code: 1 }, position), 3, family),
      )
      const rows = [
        [1, 1, 1],
        [2, 2, 2],
      ]
      const found = await runRows(folder, graph, { rows, inputs, from: 4 })
      expectClose(
        found,
        expected.map((e, i) => rows.flat()[i] + 0.5 * e),
      )
    },
  )

  it('is the untouched model at scale zero', async () => {
    const applied = applyUse(chainOfSites([mlpPost], 3), use({ sites: ['down'] }))
    const rows = [[0.1, -2, 1e3]]
    const inputs = applied.inputsAtZero ?? new Map<string, InputTensor>()
    expect(await runRows(folder, applied.graph, { rows, inputs })).toEqual([
      ...new Float32Array(rows.flat()),
    ])
  })

  it('takes the scale relative to the deviation of each site', () => {
    const fitted: FittedStatistics = new Map([
      [mlpPost, { moments: { mean: 3, deviation: 0.5, count: 10 } }],
    ])
    const { inputs } = applyUse(
      chainOfSites([mlpPost], 3),
      use({ sites: ['down'], scale: 0.2, relative: 'site-std' }),
      { fitted },
    )
    expectClose(
      [...inputs.values()].map(({ data }) => data[0]),
      [0.1],
    )
  })
})

/** A runner over the tiny model (two layers) with one use of an intervention that needs no fitting. */
async function openWith(params: Record<string, Json>): Promise<CausalRunner> {
  const inputs = new Map<string, InputTensor>()
  const transform = (graph: Graph) => {
    const applied = applyUse(graph, use(params))
    for (const [name, tensor] of applied.inputs) inputs.set(name, tensor)
    return applied.graph
  }
  return openTiny(folder, 'llama-untied', { transform, inputs })
}

describe('additive-noise in a model', () => {
  const params = { sites: ['norm-all', 'act', 'down', 'o'], scale: 0.1, seed: 7 }

  it('gives the same probabilities in one chunk, token by token and in a padded batch', async () => {
    const runner = await openWith(params)
    const scored: Float32Array[] = []
    const rows = [tinyPrompt, tinyPrompt.slice(0, 5)].map((ids) => ({ ids, from: 1 }))
    for await (const { index, logProbs } of runner.score(rows, { batchSize: 2 })) {
      scored[index] = logProbs
    }
    const options = {
      maxNewTokens: 6,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 0,
      stopIds: [],
      batchSize: 2,
      watchIds: [],
    }
    // Greedy answers token by token over the cache, then the same tokens read in one chunk without one.
    const requests = rows.map(({ ids }, index) => ({ key: String(index), promptIds: ids }))
    for await (const { key, tokenIds, logProbs } of runner.generate(requests, options)) {
      const { ids } = rows[Number(key)]
      const whole = [...ids, ...tokenIds]
      for await (const again of runner.score([{ ids: whole, from: ids.length }], {
        batchSize: 1,
      })) {
        expect(maxDifference(again.logProbs, logProbs), key).toBeLessThan(2e-5)
      }
    }
    const logits = await runner.logits(tinyPrompt)
    await runner.close()
    const vocab = logits.length / tinyPrompt.length
    const expected = scored[0].map((_, at) => {
      const row = logits.subarray(at * vocab, (at + 1) * vocab)
      const sum = row.reduce((total, value) => total + Math.exp(value), 0)
      return row[tinyPrompt[at + 1]] - Math.log(sum)
    })
    expect(maxDifference(scored[0], expected)).toBeLessThan(2e-5)
    expect(maxDifference(scored[1], scored[0].subarray(0, 4))).toBeLessThan(2e-5)
  })

  it('changes the answer, by another seed to another one, and not at all at scale zero', async () => {
    const logits = async (more: Record<string, Json>) => {
      const runner = await openWith({ ...params, ...more })
      const found = await runner.logits(tinyPrompt)
      await runner.close()
      return found
    }
    const plain = await openTiny(folder, 'llama-untied')
    const untouched = await plain.logits(tinyPrompt)
    await plain.close()
    const noisy = await logits({})
    expect(maxDifference(noisy, untouched)).toBeGreaterThan(0.01)
    expect(maxDifference(noisy, await logits({ seed: 8 }))).toBeGreaterThan(0.01)
    expect(maxDifference(untouched, await logits({ scale: 0 }))).toBeLessThan(1e-5)
  })

  it('draws the noise of a layer alike whether or not other layers get some', () => {
    const first = applyUse(graphOf(), use({ sites: ['up'], fromLayer: 0, toLayer: 0 }))
    const both = applyUse(graphOf(), use({ sites: ['up'] }))
    const tables = ({ graph }: { graph: Graph }) =>
      [...graph.initializers.keys()].filter((name) => name.startsWith('noise/'))
    expect(tables(first)).toEqual(tables(both))
    expect([...first.inputs.values()].map(({ data }) => data[0])).toEqual([Math.fround(0.05), 0])
    expect(first.changed).toEqual([sites[0]])
  })
})

const sites = ['blocks.0.ln2.hook_normalized', 'blocks.1.ln2.hook_normalized']
const graphOf = () => chainOfSites(sites, 3)
