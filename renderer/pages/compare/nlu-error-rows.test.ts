import { describe, expect, it } from 'vitest'
import type { NluErrorCell, NluErrorTable } from '#contract/nlu-errors'
import {
  barColumns,
  countsText,
  csvRows,
  keyOfTable,
  noteOfTable,
  orderErrors,
} from './nlu-error-rows.ts'
import { aboutText, readFilter, writeAbout } from './compare-address.ts'

function cell(value: number, change: number | null, slots?: [number, number]): NluErrorCell {
  const interval = { low: value - 0.1, high: value + 0.1 }
  return {
    estimate: { value, ...interval, n: 50, unscored: 0, errored: 0, method: 'wilson' },
    difference:
      change === null
        ? null
        : {
            ...{ value: change, low: change - 0.05, high: change + 0.05, n: 50 },
            ...{ pValue: 0.01, pHolm: 0.02, isDetected: true, method: 'tango', detectable: 0.1 },
            ...{ raised: 1, lowered: 2 },
          },
    hits: 20,
    ...(slots === undefined ? {} : { predicted: slots[0], gold: slots[1] }),
  }
}

function table(changes: readonly (number | null)[], better: 'lower' | 'higher'): NluErrorTable {
  return {
    view: better === 'lower' ? 'confusions' : 'domains',
    metric: { name: 'm', title: 'M', unit: 'rate', better, summary: '' },
    rows: changes.map((change, at) => ({
      name: `row ${at}`,
      ...(better === 'lower' ? { takenFor: '' } : {}),
      requests: 25,
      cells: [cell(0.4, null), change === null ? null : cell(0.4 + change, change)],
    })),
    total: changes.length,
    tests: 2,
    note: 'Of 2 tests.',
  }
}

describe('rows of errors', () => {
  it('stand with the worst change first, whichever way is worse', () => {
    const names = (of: NluErrorTable) => orderErrors(of, 1).map(({ name }) => name)
    expect(names(table([0.1, 0.3, null, -0.2], 'lower'))).toEqual([
      'row 1',
      'row 0',
      'row 3',
      'row 2',
    ])
    expect(names(table([0.1, 0.3, null, -0.2], 'higher'))).toEqual([
      'row 3',
      'row 0',
      'row 1',
      'row 2',
    ])
    const listed = table([0.1, 0.3], 'lower')
    expect(orderErrors(listed, 'listed')).toBe(listed.rows)
  })

  it('say what their figures are made of', () => {
    expect(countsText(cell(0.4, null))).toBe('20 of 50')
    expect(countsText(cell(0.4, null, [1200, 30]))).toBe('20 of 30, 1,200 predicted')
  })

  it('name their tests, and what was cut', () => {
    expect(noteOfTable({ ...table([0.1], 'lower'), total: 418 })).toBe(
      'The 1 most frequent of 418. Of 2 tests. What could have been seen stands on hover.',
    )
    expect(noteOfTable({ ...table([0.1], 'lower'), tests: 0 })).toBe('Of 2 tests.')
    expect(keyOfTable(table([0.1], 'higher'))).toBe('domains m')
  })

  it('are written with every column', () => {
    const columns = [{ letter: 'A' }, { letter: 'B' }]
    const [head, first] = csvRows(table([0.1], 'lower'), columns)
    expect(head).toHaveLength(first!.length)
    expect(first).toEqual([
      ...['row 0', '', '20', '50', '0.4', '0.3', '0.5', '', '', '', ''],
      ...['20', '50', '0.5', '0.4', '0.6', '0.1', '0.05', '0.15', '0.02'],
    ])
  })

  it('are written with counts of their own for slots, and empty where nothing was run', () => {
    const slots: NluErrorTable = {
      ...table([], 'higher'),
      view: 'slots',
      rows: [{ name: 'date', requests: 3, cells: [cell(0.4, null, [1200, 30]), null] }],
    }
    const [head, first] = csvRows(slots, [{ letter: 'A' }, { letter: 'B' }])
    expect(head!.slice(1, 4)).toEqual(['A right', 'A in the data', 'A predicted'])
    expect(first!.slice(0, 5)).toEqual(['date', '20', '30', '1200', '0.4'])
    expect(first!.slice(11)).toEqual(Array.from({ length: 10 }, () => ''))
    for (const figure of first!.slice(1, 11)) expect(figure).toMatch(/^(-?[\d.e-]+)?$/)
  })

  it('are drawn as bars of the baseline, of what orders them, and of no more than four', () => {
    const columns = [false, true, false, false, false, false].map((isBaseline) => ({ isBaseline }))
    expect(barColumns(columns, 'listed')).toEqual([1, 0, 2, 3])
    expect(barColumns(columns, 5)).toEqual([1, 5, 0, 2])
    expect(barColumns(columns.slice(0, 2), 0)).toEqual([1, 0])
  })
})

describe('what samples are about', () => {
  const row = { suiteId: 's', scorer: 'a', variant: 'b', metric: { unit: 'rate', name: 'm' } }
  const read = (about: string) =>
    readFilter(new URLSearchParams({ about }), row as Parameters<typeof readFilter>[1]).about

  it('lives in the address', () => {
    for (const about of [
      { kind: 'slot', name: 'date' },
      { kind: 'domain', name: 'a,b' },
      { kind: 'intent', name: 'alarm_set', takenFor: '' },
    ] as const) {
      expect(read(writeAbout('s', about))).toEqual(about)
      expect(read(writeAbout('other', about)), 'of another suite').toBeUndefined()
    }
    for (const broken of ['', 's,slot', 's,intent,alarm_set', 's,other,x', 'slot,x'])
      expect(read(broken)).toBeUndefined()
    expect(aboutText({ kind: 'intent', name: 'a', takenFor: '' })).toBe('a taken for nothing')
  })
})
