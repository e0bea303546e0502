/** Which intents are taken for which others. */
import type { NluErrorTable } from '#contract/nlu-errors'
import type { MetricRecord } from '#contract/suites'
import type { Understood } from './collect.ts'
import { type ErrorStudy, type RawErrorRow, tableOf } from './rows.ts'

/**
 * The most frequent ones, by their number in all columns together: which way a pair changed between two columns has no part in the choice, so
 * that testing those that are shown asks no more often than it says.
 */
const mostShown = 50

const metric: MetricRecord = {
  name: 'intent_confusion',
  title: 'Confused intents',
  unit: 'rate',
  better: 'lower',
  summary: 'Share of the utterances of one intent that were taken for another.',
}

/** Null where no intents were asked for, or all are right everywhere. */
export function confusionTable(study: ErrorStudy): NluErrorTable | null {
  const { understood } = study
  const pairs = [...pairsOf(understood).values()].sort(
    (a, b) => sum(b.counts) - sum(a.counts) || (a.key < b.key ? -1 : 1),
  )
  if (pairs.length === 0) return null
  const { intents } = understood.utterances
  const ofIntent = Map.groupBy(intents.keys(), (at) => intents[at])
  const rows = pairs.slice(0, mostShown).map(({ gold, takenFor, counts }): RawErrorRow => ({
    name: gold,
    takenFor,
    at: ofIntent.get(gold) ?? [],
    valueOf: (column, at) => {
      const found = understood.columns[column].intents.get(at)
      return found === undefined ? null : { value: found === takenFor ? 1 : 0, weight: 1 }
    },
    countsOf: (column) => ({ hits: counts[column] }),
  }))
  return tableOf(study, { view: 'confusions', metric, rows, total: pairs.length })
}

interface Pair {
  readonly key: string
  readonly gold: string
  readonly takenFor: string
  /** By column. */
  readonly counts: number[]
}

function pairsOf({ utterances, columns }: Understood): Map<string, Pair> {
  const pairs = new Map<string, Pair>()
  columns.forEach(({ intents }, column) => {
    for (const [at, takenFor] of intents) {
      const gold = utterances.intents[at]
      if (gold === takenFor) continue
      const key = JSON.stringify([gold, takenFor])
      const pair = pairs.get(key) ?? { key, gold, takenFor, counts: columns.map(() => 0) }
      pair.counts[column]++
      pairs.set(key, pair)
    }
  })
  return pairs
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
