import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { quantileTable } from '../stats/magnitude-quantiles.ts'
import {
  applyUse,
  chainOfSites,
  expectClose,
  mlpPost,
  runRows,
  scratchFolder,
} from './fixtures/one-site.ts'
import type { FittedStatistics } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const worked = [-0.9, -0.4, -0.1, 0.05, 0.2, 0.3, -0.6, 0.8, 1.5, -0.02]
const quantiles = quantileTable(new Float32Array(worked))
const fittedAt = (...sites: string[]): FittedStatistics =>
  new Map(sites.map((site) => [site, { quantiles }]))
const use = (params: Record<string, number | string | Record<string, number>>) => ({
  id: 'activation-sparsity',
  params: { inputs: ['down'], ...params },
})

describe('activation-sparsity', () => {
  it.each([
    [0.1, 9],
    [0.25, 8],
    [0.5, 5],
    [0.9, 1],
  ])('at sparsity %f keeps %i of the ten worked values', async (sparsity, kept) => {
    const fitted = fittedAt(mlpPost)
    const { graph, inputs } = applyUse(chainOfSites([mlpPost]), use({ sparsity }), { fitted })
    const found = await runRows(folder, graph, { rows: [worked], inputs })
    expect(found.filter((value) => value !== 0)).toHaveLength(kept)
    found.forEach((value, index) => expect([0, Math.fround(worked[index])]).toContain(value))
  })

  it('keeps the five largest of ten at half sparsity', async () => {
    const fitted = fittedAt(mlpPost)
    const { graph, inputs } = applyUse(chainOfSites([mlpPost]), use({ sparsity: 0.5 }), { fitted })
    expectClose(
      await runRows(folder, graph, { rows: [worked], inputs }),
      [-0.9, -0.4, 0, 0, 0, 0, -0.6, 0.8, 1.5, 0],
    )
  })

  it('changes nothing at threshold zero and drops the same again when applied twice', async () => {
    const fitted = fittedAt(mlpPost)
    const once = applyUse(chainOfSites([mlpPost]), use({ sparsity: 0.5 }), { fitted })
    const rows = [worked]
    const atZero = await runRows(folder, once.graph, {
      rows,
      inputs: once.inputsAtZero ?? new Map(),
    })
    expect(atZero).toEqual([...new Float32Array(worked)])
    const prefix = 'intervention.1'
    const twice = applyUse(once.graph, use({ sparsity: 0.5 }), { fitted, prefix })
    const inputs = new Map([...once.inputs, ...twice.inputs])
    expect(await runRows(folder, twice.graph, { rows, inputs })).toEqual(
      await runRows(folder, once.graph, { rows, inputs: once.inputs }),
    )
  })

  it.each([
    ['all', 0, 5, 0],
    ['last-half', 0, 2, 1],
    ['last-half', 0, 3, 2],
    ['last-half', 0, 5, 3],
    ['last-half', 0, 8, 4],
    ['last-half', 0, 1, 1],
    ['none', 0, 5, 5],
    ['none', 0, 1, 1],
    // Generated tokens: one behind others.
    ['last-half', 1, 1, 0],
    ['none', 1, 1, 0],
    ['none', 9, 1, 0],
  ])(
    'with prefill %s from position %i leaves of %i tokens the first %i dense',
    async (prefill, from, tokens, dense) => {
      const fitted = fittedAt(mlpPost)
      const { graph, inputs } = applyUse(chainOfSites([mlpPost]), use({ prefill }), { fitted })
      const rows = Array.from({ length: tokens }, () => [0.1, 0.8])
      const found = await runRows(folder, graph, { rows, inputs, from })
      const isDense = rows.map((_, row) => found[2 * row] !== 0)
      expect(isDense).toEqual(rows.map((_, row) => row < dense))
    },
  )

  it('gives every layer of a single-layer map nodes, and leaves the others as they are', () => {
    const sites = [mlpPost, 'blocks.1.mlp.hook_post']
    const { graph, inputs, changed } = applyUse(
      chainOfSites(sites),
      use({ sparsity: 0.5, fromLayer: 1, toLayer: 1 }),
      { fitted: fittedAt(...sites) },
    )
    const thresholds = [...inputs.values()].map(({ data }) => data[0])
    expect(thresholds[0]).toBe(0)
    expect(thresholds[1]).toBeCloseTo(0.3)
    expect(graph.inputs).toHaveLength(4)
    expect(changed).toEqual([sites[1]])
  })

  it('takes another sparsity for a layer that has its own', () => {
    const sites = [mlpPost, 'blocks.1.mlp.hook_post']
    const { inputs } = applyUse(
      chainOfSites(sites),
      use({ sparsity: 0.5, strengthByLayer: { 1: 0.9 } }),
      { fitted: fittedAt(...sites) },
    )
    const thresholds = [...inputs.values()].map(({ data }) => data[0])
    expectClose(thresholds, [0.3, 0.9])
  })

  it('refuses layers and sites that the model does not have', () => {
    const fitted = fittedAt(mlpPost)
    const graph = chainOfSites([mlpPost])
    expect(() => applyUse(graph, use({ fromLayer: 5 }), { fitted })).toThrow('Layer 5')
    expect(() => applyUse(graph, { id: 'activation-sparsity', params: {} }, { fitted })).toThrow(
      'ln1.hook_normalized',
    )
  })
})
