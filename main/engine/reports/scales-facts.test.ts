import { describe, expect, it } from 'vitest'
import type { ComparisonColumn } from '#contract/comparisons'
import type { Passport } from '#contract/configurations'
import { compare } from '../comparison/index.ts'
import { richInput } from '../comparison/fixtures/sample-input.ts'
import { factsOfColumn } from './facts.ts'

const sha256 = 'a'.repeat(64)

/** A column whose only intervention is this. */
function columnWith(
  use: { readonly id: string; readonly params: Record<string, string | number> },
  trainedScales?: Passport['trainedScales'],
): ComparisonColumn {
  const { columns } = compare(richInput(1, 5))
  const column = columns.find(({ passport }) => passport !== null)
  if (column === undefined || column.passport === null) throw new Error('no passport')
  return {
    ...column,
    configuration: { ...column.configuration, interventions: [use] },
    passport: { ...column.passport, ...(trainedScales === undefined ? {} : { trainedScales }) },
  }
}

const scalesOf = (column: ComparisonColumn) =>
  factsOfColumn(column).filter(({ name }) => name.startsWith('Scales'))

describe('the scales of OmniQuant in a report', () => {
  it('are said to be the start of the method without a file', () => {
    expect(scalesOf(columnWith({ id: 'omniquant', params: { bits: 4 } }))).toEqual([
      { name: 'Scales of OmniQuant', text: 'initialisation, nothing is trained' },
    ])
  })

  it('are named with bits, text and file where they were trained', () => {
    const use = { id: 'omniquant', params: { bits: 4, scales: sha256 } }
    const scales = { interventionId: 'omniquant', name: 'qwen-a4', sha256, bits: 4 }
    const column = columnWith(use, [
      { ...scales, text: 'some.txt', textSha256: 'b'.repeat(64), tokens: 32_768 },
    ])
    expect(scalesOf(column)).toEqual([
      {
        name: 'Scales of OmniQuant',
        text: `trained, qwen-a4, for 4 bits on 32,768 tokens of some.txt, file sha256 ${sha256}`,
      },
    ])
    expect(scalesOf(columnWith(use))[0]?.text).toBe(`trained, file sha256 ${sha256}`)
  })

  it('are no matter of other interventions', () => {
    expect(scalesOf(columnWith({ id: 'smoothquant', params: { bits: 4 } }))).toEqual([])
  })
})
