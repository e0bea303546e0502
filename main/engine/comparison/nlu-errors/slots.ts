/** Slot F1 for each type of slot. */
import type { NluErrorTable } from '#contract/nlu-errors'
import { addCounts, f1Of, type EntityCounts } from '../../nlu/index.ts'
import { metricOf } from '../metric-order.ts'
import type { Answers, Understood } from './collect.ts'
import { type Counts, type ErrorStudy, type RawErrorRow, tableOf, type Value } from './rows.ts'

/** MASSIVE has 55; a model that writes text may invent others, the least frequent of which are left out. */
const mostShown = 80

export const noSlots: EntityCounts = { hits: 0, predicted: 0, gold: 0 }

/** The types of the data, the most frequent first, then those that models invented. Null where no slots were asked for. */
export function slotTable(study: ErrorStudy): NluErrorTable | null {
  const { understood } = study
  const types = [...new Set(understood.columns.flatMap((c) => [...c.slotsOfType.keys()]))]
    .map((type) => ({ type, sums: understood.columns.map((column) => sumOf(column, type)) }))
    .sort(byFrequency)
  if (types.length === 0) return null
  const rows = types.slice(0, mostShown).map(({ type, sums }): RawErrorRow => ({
    name: type,
    at: concernedBy(understood, type),
    valueOf: (column, at) => {
      const { slots, slotsOfType } = understood.columns[column]
      if (!slots.has(at)) return null
      return slotValue(slotsOfType.get(type)?.get(at) ?? noSlots)
    },
    countsOf: (column) => sums[column],
  }))
  return tableOf(study, { view: 'slots', metric: metricOf('slot_f1'), rows, total: types.length })
}

/** The F1 of one utterance, weighted so that the mean over utterances is the pooled one. */
export function slotValue(counts: EntityCounts): Value {
  return { value: f1Of(counts), weight: counts.predicted + counts.gold }
}

/** Utterances with a slot of this type in the data or in any column; the others have nothing to count. */
function concernedBy({ columns }: Understood, type: string): number[] {
  const found = new Set(
    columns.flatMap((column) => [...(column.slotsOfType.get(type)?.keys() ?? [])]),
  )
  return [...found].sort((a, b) => a - b)
}

function sumOf({ slotsOfType }: Answers, type: string): Required<Counts> {
  return [...(slotsOfType.get(type)?.values() ?? [])].reduce(addCounts, noSlots)
}

interface CountedType {
  readonly type: string
  readonly sums: readonly Required<Counts>[]
}

function byFrequency(a: CountedType, b: CountedType): number {
  const most = (one: CountedType, of: 'gold' | 'predicted') =>
    Math.max(...one.sums.map((sums) => sums[of]))
  return (
    most(b, 'gold') - most(a, 'gold') ||
    most(b, 'predicted') - most(a, 'predicted') ||
    (a.type < b.type ? -1 : 1)
  )
}
