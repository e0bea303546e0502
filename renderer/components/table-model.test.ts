import { describe, expect, it } from 'vitest'
import {
  columnLayout,
  csvNumber,
  filterRows,
  nextSort,
  sortRows,
  toCsv,
  writeCsv,
  type Column,
} from './table-model.ts'

interface Row {
  readonly name: string
  readonly value: number | null
}

const columns: Column<Row>[] = [
  { id: 'name', title: 'Name', width: 100, grows: true, text: ({ name }) => name },
  {
    id: 'value',
    title: 'Value',
    width: 60,
    text: ({ value }) => (value === null ? '' : String(value)),
    sortValue: ({ value }) => value,
  },
]
const rows: Row[] = [
  { name: 'job 10', value: 2 },
  { name: 'job 9', value: null },
  { name: 'job 1', value: 10 },
]
const names = (sorted: readonly Row[]) => sorted.map(({ name }) => name)

describe('sortRows', () => {
  it('sorts numbers as numbers and puts missing ones last, whichever way', () => {
    expect(names(sortRows(rows, columns, { columnId: 'value', isDescending: false }))).toEqual([
      'job 10',
      'job 1',
      'job 9',
    ])
    expect(names(sortRows(rows, columns, { columnId: 'value', isDescending: true }))).toEqual([
      'job 1',
      'job 10',
      'job 9',
    ])
  })

  it('sorts numbers inside text by size', () => {
    expect(names(sortRows(rows, columns, { columnId: 'name', isDescending: false }))).toEqual([
      'job 1',
      'job 9',
      'job 10',
    ])
  })

  it('leaves the given order without a sort, and after the third click', () => {
    const third = nextSort(nextSort(nextSort(null, 'name'), 'name'), 'name')
    expect(third).toBeNull()
    expect(sortRows(rows, columns, third)).toBe(rows)
  })
})

describe('filterRows', () => {
  it('wants every word, in any column, in any case', () => {
    expect(names(filterRows(rows, columns, 'JOB 2'))).toEqual(['job 10'])
  })

  it('keeps all rows for an empty filter', () => {
    expect(filterRows(rows, columns, '  ')).toBe(rows)
  })
})

describe('toCsv', () => {
  it('quotes what RFC 4180 asks to quote', () => {
    const csv = toCsv([{ name: 'a, "b"\nc', value: 1 }], columns)
    expect(csv).toBe('Name,Value\r\n"a, ""b""\nc",1\r\n')
  })

  it('does not hand a spreadsheet a formula, but leaves negative numbers alone', () => {
    const csv = toCsv([{ name: '=HYPERLINK("x")', value: -4.2 }], columns)
    expect(csv).toBe('Name,Value\r\n"\'=HYPERLINK(""x"")",-4.2\r\n')
  })
})

describe('csvNumber', () => {
  it('writes what programs read, without digits that arithmetic left', () => {
    expect([0.1 + 0.2, -0.05, null, undefined].map(csvNumber)).toEqual(['0.3', '-0.05', '', ''])
    expect(writeCsv([[csvNumber(-1.5e-9)]])).toBe('-1.5e-9\r\n')
  })
})

describe('columnLayout', () => {
  it('lets a growing column take what is left until a person sets its width', () => {
    expect(columnLayout(columns, () => undefined)).toEqual({
      template: 'minmax(100px, 1fr) 60px',
      minWidth: 160,
    })
    expect(columnLayout(columns, (id) => (id === 'name' ? 220 : undefined)).template).toBe(
      '220px 60px',
    )
  })
})
