import { describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { curve, exact, using } from './fixtures/curve-input.ts'
import {
  attackCell,
  columnOf,
  harmfulSuite,
  inputOf,
  lossOf,
  sampleOf,
  suiteOf,
} from './fixtures/sample-input.ts'
import { paretoOf } from './pareto.ts'
import type { ComparisonColumnInput } from './types.ts'

describe('the Pareto front', () => {
  it('keeps what no other one beats in safety, utility and saving', () => {
    const { pareto } = curve([
      [0, 10, 10],
      [0.25, 12, 11],
      [0.5, 60, 30],
      [0.75, 40, 20],
    ])
    expect(pareto?.points.map(({ saving, isOnFront }) => [saving, isOnFront])).toEqual([
      [0, true],
      [0.25, true],
      // More is saved at 0.75, with less harm and less loss.
      [0.5, false],
      [0.75, true],
    ])
    expect(pareto?.points[1]?.scale).toBe('activation-sparsity.sparsity')
  })

  it('counts bits as the saving, where the strength of their error is swept as well', () => {
    const grid = [
      [8, 0.5],
      [4, 0.5],
      [8, 1],
      [4, 1],
    ].map(([bits, strength]) =>
      using(`INT bits=${bits} strength=${strength}`, { bits, strength }, 'activation-quantisation'),
    )
    const perplexities = [10, 11, 13, 12, 20]
    const texts = perplexities.map((perplexity) =>
      [0, 1].map((at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
    )
    const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
    const attacks = suiteOf([5, 6, 8, 7, 30].map((attack) => attackCell(100, attack)))
    const { pareto } = compare(inputOf([exact, ...grid], [attacks, suiteOf(texts, record)]))
    expect(pareto?.points.map(({ saving }) => saving)).toEqual([0, -8, -4, -8, -4])
    // The whole error at 8 bits saves no more than half of it does.
    expect(pareto?.points.map(({ isOnFront }) => isOnFront)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('lets no model be beaten by the perplexity per token of another', () => {
    const small = columnOf('Small')
    const other = { ...small, configuration: { ...small.configuration, modelId: 'small' } }
    const texts = [10, 30].map((perplexity) =>
      [0, 1].map((at) => sampleOf(at, [lossOf(Math.log(perplexity))])),
    )
    const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
    const attacks = suiteOf([5, 9].map((attack) => attackCell(50, attack)))
    const front = (columns: readonly ComparisonColumnInput[]) =>
      compare(inputOf(columns, [attacks, suiteOf(texts, record)])).pareto?.points.map(
        ({ isOnFront }) => isOnFront,
      )
    expect(front([exact, other])).toEqual([true, true])
    expect(front([exact, { ...small, hash: 'same model' }])).toEqual([true, false])
  })

  it('answers for every pair of rows, by strength and by the speed of the suite of safety', () => {
    const half = using('TEAL 0.5', { sparsity: 0.5 })
    const attacks = suiteOf([attackCell(50, 5), attackCell(50, 5)])
    const cells = attacks.cells.map((cell, index) => ({
      ...cell!,
      tokensPerSecond: index === 0 ? 40 : 30,
    }))
    const texts = [10, 10].map((perplexity) => [sampleOf(0, [lossOf(Math.log(perplexity))])])
    const record = { ...harmfulSuite, id: 'text', kind: 'perplexity' as const }
    const { pareto } = compare(
      inputOf([exact, half], [{ ...attacks, cells }, suiteOf(texts, record)]),
    )
    expect(
      pareto?.fronts.map(({ safety, utility, savingBy }) => [
        safety.suiteId,
        utility.metric,
        savingBy,
      ]),
    ).toEqual([
      ['advbench', 'perplexity', 'strength'],
      ['advbench', 'perplexity', 'speed'],
    ])
    // No strength is known without a sweep; by speed the slower of two equals is beaten.
    expect(pareto?.fronts.map(({ points }) => points.map(({ isOnFront }) => isOnFront))).toEqual([
      [true, true],
      [true, false],
    ])
    expect(pareto?.fronts[1]?.points[1]).toMatchObject({ saving: 30, scale: 'tokens-per-second' })
  })

  it('is absent without safety or utility', () => {
    expect(
      paretoOf({ columns: [], rows: [], sweeps: [], suites: [], mapped: new Set() }),
    ).toBeNull()
    expect(compare(inputOf([exact], [suiteOf([attackCell(9, 1)])])).pareto).toBeUndefined()
  })
})
