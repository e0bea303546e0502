import { describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import type { NluErrorCell, NluErrors, NluErrorTable } from '#contract/nlu-errors'
import { formatNluErrors } from './nlu-errors-text.ts'

const comparison = {
  columns: [
    { letter: 'A', name: 'Exact', hash: 'a' },
    { letter: 'B', name: 'TEAL 50%', hash: 'b' },
  ],
} as unknown as Comparison

function cell(value: number, change: number | null, isDetected = false): NluErrorCell {
  const interval = { low: value - 0.1, high: value + 0.1 }
  return {
    estimate: { value, ...interval, n: 50, unscored: 0, errored: 0, method: 'wilson' },
    difference:
      change === null
        ? null
        : {
            ...{ value: change, low: change - 0.05, high: change + 0.05, n: 50 },
            ...{ pValue: 0.01, pHolm: 0.02, isDetected, method: 'tango', detectable: 0.1 },
            ...{ raised: 1, lowered: 2 },
          },
    hits: 20,
  }
}

const rowsOf = (...cells: (NluErrorCell | null)[][]): NluErrorTable['rows'] =>
  cells.map((ofRow, at) => ({ name: `row ${at}`, requests: 25, cells: ofRow }))

function errorsOf(table: Partial<NluErrorTable>): NluErrors {
  const metric = { name: 'm', title: 'Exact match', unit: 'rate', better: 'higher', summary: '' }
  const whole = {
    ...{ view: 'domains', metric, rows: [], total: 0, tests: 2, note: 'Two tests.' },
    ...table,
  } as NluErrorTable
  return {
    ...{ suiteId: 'massive', suiteTitle: 'MASSIVE', locale: null, columns: ['a', 'b'] },
    tables: [whole, whole],
  }
}

const linesOf = (errors: NluErrors): string[] =>
  formatNluErrors(comparison, [errors]).map((line) => line.replace(/ +/gu, ' ').trim())

describe('formatNluErrors', () => {
  it('puts detected harm first, then the domains where the baseline is worst', () => {
    const rows = rowsOf(
      [cell(0.9, null), cell(0.8, -0.1)],
      [cell(0.4, null), cell(0.5, 0.1, true)],
      [cell(0.6, null), cell(0.5, -0.1, true)],
      [cell(0.7, null), null],
    )
    expect(linesOf(errorsOf({ rows, total: 18 })).slice(0, 6)).toEqual([
      'MASSIVE · Exact match by domain · 4 of 18',
      'domain A B',
      'row 2 60.0% [50.0, 70.0] 50.0% [40.0, 60.0] −10.0*',
      'row 1 40.0% [30.0, 50.0] 50.0% [40.0, 60.0] +10.0*',
      'row 3 70.0% [60.0, 80.0] not run',
      'row 0 90.0% [80.0, 100.0] 80.0% [70.0, 90.0] −10.0',
    ])
  })

  it('is short, says each note once, and makes names of data safe to print', () => {
    const metric = errorsOf({}).tables[0]!.metric
    const rows = Array.from({ length: 30 }, () => ({
      ...{ name: 'alarm\u001b[2J_set', takenFor: '', requests: 2 },
      cells: [cell(0.2, null), cell(0.2, 0)],
    }))
    const table = { view: 'confusions', metric: { ...metric, better: 'lower' } } as const
    const lines = linesOf(errorsOf({ ...table, rows, total: 418 }))
    expect(lines[0]).toBe('MASSIVE · confused intents · 5 of 418')
    expect(lines.filter((line) => line.includes('nothing'))).toHaveLength(10)
    expect(lines.join('\n')).not.toContain('\u001b')
    expect(lines.slice(-3)).toEqual([
      'Two tests.',
      '* is detected. All rows, with counts: actbench export RUN -o FILE.csv --figures',
      '',
    ])
  })

  it('says nothing where nothing is wrong', () => {
    expect(formatNluErrors(comparison, [{ ...errorsOf({}), tables: [] }])).toEqual([])
    expect(formatNluErrors(comparison, [])).toEqual([])
  })
})
