import { describe, expect, it } from 'vitest'
import { jointSums } from './joint-bootstrap.ts'
import { createRng } from './rng.ts'

/** The same draws, summed one by one. */
function plainSums(table: Float64Array, size: { rows: number; ids: number; draws: number }) {
  const { rows, ids, draws } = size
  const rng = createRng(1)
  return Array.from({ length: draws }, () => {
    const drawn = Array.from({ length: ids }, () => rng.below(ids))
    return Array.from({ length: rows }, (_, row) =>
      drawn.reduce((sum, id) => sum + table[row * ids + id], 0),
    )
  }).flat()
}

function tableOf(size: { rows: number; ids: number }, most: number, seed: number): Float64Array {
  const rng = createRng(seed)
  return Float64Array.from({ length: size.rows * size.ids }, () => rng.below(most + 1))
}

describe('jointSums', () => {
  it('sums what was drawn, whatever travels together', () => {
    const size = { rows: 5, ids: 40, draws: 10 }
    const tables = [1, 1, 14, 1, 900, 1, 0, 70_000, 1].map((most, seed) =>
      tableOf(size, most, seed + 2),
    )
    const sums = jointSums({ ...size, tables, seed: 1 })
    for (const table of tables) {
      expect([...sums.of(table)]).toEqual(plainSums(table, size))
    }
  })

  it('stays exact where one number must hold as much as it can', () => {
    const size = { rows: 2, ids: 3, draws: 8 }
    const most = Math.floor((Number.MAX_SAFE_INTEGER - 1) / 3)
    const tables = [Float64Array.from([most, 0, most, 1, 2, most]), tableOf(size, 1, 3)]
    const sums = jointSums({ ...size, tables, seed: 1 })
    expect([...sums.of(tables[0])]).toEqual(plainSums(tables[0], size))
    expect([...sums.of(tables[1])]).toEqual(plainSums(tables[1], size))
  })

  it('draws each id for all rows and tables together', () => {
    const size = { rows: 3, ids: 12, draws: 50 }
    const row = tableOf({ rows: 1, ids: 12 }, 1, 5)
    const table = Float64Array.from([...row, ...row, ...row])
    const twice = table.map((value) => 2 * value)
    const sums = jointSums({ ...size, tables: [table, twice], seed: 1 })
    const [once, doubled] = [sums.of(table), sums.of(twice)]
    expect([...doubled]).toEqual([...once].map((sum) => 2 * sum))
    for (let draw = 0; draw < size.draws; draw++) {
      expect(once[draw * 3 + 1]).toBe(once[draw * 3])
      expect(once[draw * 3 + 2]).toBe(once[draw * 3])
    }
  })

  it('refuses what is not a count', () => {
    const sum = (...values: number[]) =>
      jointSums({
        tables: [Float64Array.from(values)],
        rows: 1,
        ids: values.length,
        draws: 1,
        seed: 1,
      })
    expect(() => sum(1, 0.5)).toThrow(RangeError)
    expect(() => sum(1, -1)).toThrow(RangeError)
    expect(() => sum(1, NaN)).toThrow(RangeError)
  })
})
