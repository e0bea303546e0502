/**
 * Bootstrap of many sums over the same ids at once: an id is drawn for all rows (locales) and all columns (configurations)
 * together, since its request is the same one in all of them. Percentile intervals, seeded.
 */
import { createRng } from './rng.ts'

/** Whole numbers from 0 on, by row and id: `values[row * ids + id]`. */
export type Counts = Float64Array

export interface JointSums {
  readonly draws: number
  readonly rows: number
  /** Sums of one of the tables by draw and row: `[draw * rows + row]`. */
  readonly of: (table: Counts) => Float64Array
}

/** Largest whole number up to which all are exact. */
const mostExact = Number.MAX_SAFE_INTEGER

/** Draws that are summed in one pass: a value that is loaded once is used four times. */
const together = 4

/**
 * Sums of each table over `ids` ids drawn with replacement, `draws` times. 52 locales x 2,974 ids x 1,000 draws are 155 million
 * additions a table, so tables travel together: as many as fit exactly become the digits of one number, as if written in a base
 * that no sum can exceed. Throws a RangeError for a value that is not a whole number, or too large.
 */
export function jointSums(input: {
  readonly tables: readonly Counts[]
  readonly rows: number
  readonly ids: number
  readonly draws: number
  readonly seed: number
}): JointSums {
  const { rows, ids, draws, seed } = input
  const standIns = standInsOf(input.tables)
  const sums = new Map(
    [...new Set(standIns.values())].map((table) => [table, new Float64Array(draws * rows)]),
  )
  const packs = packsOf(sums, ids)
  const rng = createRng(seed)
  for (let first = 0; first < draws; first += together) {
    const counts = drawCounts(ids, () => rng.below(ids))
    for (const pack of packs) {
      for (let row = 0; row < rows; row++) {
        const packed = sumsOf(pack.values, row * ids, counts)
        for (let i = 0; i < together && first + i < draws; i++) {
          unpack(pack, packed[i], (first + i) * rows + row)
        }
      }
    }
  }
  return {
    draws,
    rows,
    of: (table) => {
      const found = sums.get(standIns.get(table) ?? table)
      if (found === undefined) throw new RangeError('This table was not among those to be summed.')
      return found
    },
  }
}

/** Tables that hold the same (which samples have a value, as a rule) are summed once. */
function standInsOf(tables: readonly Counts[]): Map<Counts, Counts> {
  const distinct: Counts[] = []
  return new Map(
    tables.map((table) => {
      const alike = distinct.find((other) => other.every((value, at) => value === table[at]))
      if (alike === undefined) distinct.push(table)
      return [table, alike ?? table]
    }),
  )
}

interface Digit {
  readonly sums: Float64Array
  readonly place: number
}

interface Pack {
  readonly values: Float64Array
  readonly digits: readonly Digit[]
}

/** Fills numbers with the digits of table after table for as long as they stay exact. */
function packsOf(sumsOfTable: ReadonlyMap<Counts, Float64Array>, ids: number): Pack[] {
  const packs: { values: Float64Array; digits: Digit[] }[] = []
  let place = 1
  for (const [table, sums] of sumsOfTable) {
    const base = ids * greatestOf(table) + 1
    if (base > mostExact) throw new RangeError(`Sums of at most ${mostExact}: found more.`)
    let pack = packs.at(-1)
    if (pack === undefined || place * base > mostExact) {
      pack = { values: new Float64Array(table.length), digits: [] }
      packs.push(pack)
      place = 1
    }
    pack.digits.push({ sums, place })
    for (let at = 0; at < table.length; at++) pack.values[at] += table[at] * place
    place *= base
  }
  return packs
}

function greatestOf(table: Counts): number {
  let greatest = 0
  for (const value of table) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Sums of whole numbers from 0 on: found ${value}.`)
    }
    if (value > greatest) greatest = value
  }
  return greatest
}

/** How often each id is drawn, for each of the draws of one pass. */
function drawCounts(ids: number, draw: () => number): Float64Array[] {
  return Array.from({ length: together }, () => {
    const counts = new Float64Array(ids)
    for (let i = 0; i < ids; i++) counts[draw()]++
    return counts
  })
}

function sumsOf(
  values: Float64Array,
  start: number,
  [first, second, third, fourth]: readonly Float64Array[],
): readonly [number, number, number, number] {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let id = 0, at = start; id < first.length; id++, at++) {
    const value = values[at]
    a += value * first[id]
    b += value * second[id]
    c += value * third[id]
    d += value * fourth[id]
  }
  return [a, b, c, d]
}

function unpack({ digits }: Pack, packed: number, at: number): void {
  let rest = packed
  for (let digit = digits.length - 1; digit >= 0; digit--) {
    const { sums, place } = digits[digit]
    const sum = Math.floor(rest / place)
    rest -= sum * place
    sums[at] = sum
  }
}
