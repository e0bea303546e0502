/** Intent accuracy, slot F1 and exact match for each domain. */
import type { NluErrorTable } from '#contract/nlu-errors'
import { addCounts } from '../../nlu/index.ts'
import { metricOf } from '../metric-order.ts'
import type { Answers, Utterances } from './collect.ts'
import { type Counts, type ErrorStudy, tableOf, type Value } from './rows.ts'
import { noSlots, slotValue } from './slots.ts'

/** What a metric says of one utterance in one column. */
interface DomainMetric {
  readonly name: string
  readonly valueOf: (answers: Answers, utterances: Utterances, at: number) => Value | null
}

const metrics: readonly DomainMetric[] = [
  { name: 'intent_accuracy', valueOf: intentValue },
  {
    name: 'slot_f1',
    valueOf: ({ slots }, _, at) => {
      const counts = slots.get(at)
      return counts === undefined ? null : slotValue(counts)
    },
  },
  {
    name: 'nlu_exact_match',
    valueOf: (answers, utterances, at) => {
      const intent = intentValue(answers, utterances, at)
      if (intent === null || !answers.slots.has(at)) return null
      return { value: answers.rightLabels.has(at) ? intent.value : 0, weight: 1 }
    },
  },
]

function intentValue({ intents }: Answers, utterances: Utterances, at: number): Value | null {
  const found = intents.get(at)
  if (found === undefined) return null
  return { value: found === utterances.intents[at] ? 1 : 0, weight: 1 }
}

/** One for each metric of which there is a value; none for utterances without domains, or of a single one. */
export function domainTables(study: ErrorStudy): NluErrorTable[] {
  const { utterances, columns } = study.understood
  const { domains } = utterances
  const byDomain = Map.groupBy(domains.keys(), (at) => domains[at])
  const names = [...byDomain.keys()].filter((name) => name !== null).sort()
  if (names.length < 2) return []
  return metrics.flatMap(({ name, valueOf }) => {
    const hasValue = columns.some((answers) =>
      [...answers.ran].some((at) => valueOf(answers, utterances, at) !== null),
    )
    if (!hasValue) return []
    const rows = names.map((domain) => {
      const at = byDomain.get(domain) ?? []
      const value = (column: number, index: number) => valueOf(columns[column], utterances, index)
      return {
        name: domain,
        at,
        valueOf: value,
        countsOf: (column: number): Counts =>
          name === 'slot_f1'
            ? at
                .map((index) => columns[column].slots.get(index) ?? noSlots)
                .reduce(addCounts, noSlots)
            : { hits: at.reduce((sum, index) => sum + (value(column, index)?.value ?? 0), 0) },
      }
    })
    return [tableOf(study, { view: 'domains', metric: metricOf(name), rows, total: names.length })]
  })
}
