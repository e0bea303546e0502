/** Which metric a stored score belongs to, and where it stands in the table. */
import type { MetricRecord } from '#contract/suites'
import { metricRecords } from '../scorers/index.ts'

const records = metricRecords()

/** Losses are stored by sample and read as perplexity. */
const metricOfScore: Readonly<Record<string, string>> = {
  nll: 'perplexity',
  word_nll: 'word_perplexity',
  byte_nll: 'byte_perplexity',
}

/**
 * The metric's record. A score of a name that the catalogue does not know (an older or imported one) is shown as a
 * mean without a better side.
 */
export function metricOf(scoreName: string): MetricRecord {
  const name = metricOfScore[scoreName] ?? scoreName
  const known = records.find((record) => record.name === name)
  if (known !== undefined) return known
  return { name, title: name, unit: 'nats', better: 'neither', summary: 'A score of this name.' }
}

export function metricRank(scoreName: string): number {
  const name = metricOfScore[scoreName] ?? scoreName
  const rank = records.findIndex((record) => record.name === name)
  return rank === -1 ? records.length : rank
}
