import { describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { exact, using } from './fixtures/curve-input.ts'
import { findMaps } from './layer-maps.ts'

describe('maps', () => {
  const cell = (layer: number, params: Record<string, Json> = {}) =>
    using(`TEAL @${layer}`, { fromLayer: layer, toLayer: layer, ...params })

  it('joins columns that differ in their layer, and finds the one of all layers', () => {
    expect(findMaps([exact, cell(0), cell(1), using('TEAL', {})])).toEqual([
      {
        title: 'TEAL',
        interventionId: 'activation-sparsity',
        cells: [
          { column: 1, layer: 0, input: null },
          { column: 2, layer: 1, input: null },
        ],
        allLayers: 3,
      },
    ])
  })

  it('tells kinds of input apart', () => {
    const down = { inputs: ['down'] }
    const qkv = { inputs: ['qkv'] }
    const [map] = findMaps([exact, cell(0, down), cell(0, qkv), cell(1, down), using('all', {})])
    expect(map?.cells.map(({ layer, input }) => `${layer} ${input ?? 'all'}`)).toEqual([
      '0 down',
      '0 qkv',
      '1 down',
    ])
    expect(map?.allLayers).toBe(4)
  })

  it('is no map of one cell, or of different strengths', () => {
    expect(findMaps([exact, cell(0)])).toEqual([])
    expect(findMaps([cell(0, { sparsity: 0.3 }), cell(1, { sparsity: 0.5 })])).toEqual([])
  })
})
