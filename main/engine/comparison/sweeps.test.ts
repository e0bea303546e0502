import { describe, expect, it } from 'vitest'
import { exact, using } from './fixtures/curve-input.ts'
import { findSweeps } from './sweeps.ts'

describe('sweeps', () => {
  it('joins columns that differ in one number, by rising strength, the baseline at zero', () => {
    const columns = [
      using('TEAL sparsity=0.7', { sparsity: 0.7 }),
      exact,
      using('TEAL sparsity=0.3', { sparsity: 0.3 }),
    ]
    expect(findSweeps(columns, new Set())).toEqual([
      {
        title: 'TEAL: sparsity',
        interventionId: 'activation-sparsity',
        param: 'sparsity',
        points: [
          { column: 1, strength: 0 },
          { column: 2, strength: 0.3 },
          { column: 0, strength: 0.7 },
        ],
      },
    ])
  })

  it('needs two strengths, and everything else equal', () => {
    expect(findSweeps([exact, using('a', { sparsity: 0.5 })], new Set())).toEqual([])
    const other = using('b', { sparsity: 0.7, inputs: ['down'] })
    expect(findSweeps([exact, using('a', { sparsity: 0.5 }), other], new Set())).toEqual([])
    // A parameter that was not stored had its default.
    const same = using('b', { sparsity: 0.7, thresholdRule: 'absolute' })
    expect(findSweeps([using('a', { sparsity: 0.5 }), same], new Set())).toHaveLength(1)
  })

  it('has no zero where single layers keep a strength of their own', () => {
    const budget = (sparsity: number) =>
      using(`TEAL sparsity=${sparsity}`, { sparsity, strengthByLayer: { '1': 0.6 } })
    const [sweep] = findSweeps([exact, budget(0.3), budget(0.5)], new Set())
    expect(sweep?.points.map(({ column }) => column)).toEqual([1, 2])
  })

  it('orders bits from many to few, without a zero', () => {
    const bits = [4, 8, 6].map((value) =>
      using(`INT bits=${value}`, { bits: value }, 'activation-quantisation'),
    )
    const [sweep] = findSweeps([exact, ...bits], new Set())
    expect(sweep?.points.map(({ strength }) => strength)).toEqual([8, 6, 4])
  })

  it('is no curve over layers, seeds, or the cells of a map', () => {
    const layers = [0, 1, 2].map((layer) => using(`x${layer}`, { fromLayer: layer }))
    expect(findSweeps(layers, new Set())).toEqual([])
    const cells = [0.3, 0.6].map((sparsity) =>
      using(`y${sparsity}`, { sparsity, fromLayer: 1, toLayer: 1 }),
    )
    expect(findSweeps(cells, new Set())).toHaveLength(1)
    expect(findSweeps(cells, new Set([0, 1]))).toEqual([])
  })
})
