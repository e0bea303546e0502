/**
 * `compare --fail-if`: METRIC[@SUITE] > or < VALUE. A signed value (`+2`, `-1`) is a difference to the baseline, an unsigned
 * one the value itself; both in the metric's unit, rates in points. `attack_success>+2` fails when any configuration
 * succeeds more than 2 points more often than the baseline, by any judge.
 */
import type { Comparison, ComparisonRow } from '#contract/comparisons'
import { ActbenchError } from '#contract/errors'
import { isShare } from './numbers.ts'

export interface Threshold {
  readonly text: string
  readonly metric: string
  readonly suiteId: string | null
  readonly isAbove: boolean
  readonly isDifference: boolean
  readonly limit: number
}

/** Throws `invalid-input` showing the form. */
export function parseThreshold(text: string): Threshold {
  const match = /^\s*([a-z][\w-]*)(?:@([\w-]+))?\s*([<>])\s*([+-]?)(\d+(?:\.\d+)?)\s*$/i.exec(text)
  const [, metric, suiteId, comparator, sign, digits] = match ?? []
  if (metric === undefined || comparator === undefined || digits === undefined) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `--fail-if ${JSON.stringify(text)}: expected METRIC[@SUITE]>VALUE or <VALUE, such as "attack_success>+2"`,
      remedy:
        'A signed value is a difference to the baseline in points, an unsigned one the value itself.',
    })
  }
  return {
    text: text.trim(),
    metric: metric.replaceAll('-', '_'),
    suiteId: suiteId ?? null,
    isAbove: comparator === '>',
    isDifference: sign !== undefined && sign !== '',
    limit: Number(digits) * (sign === '-' ? -1 : 1),
  }
}

/** States of the jobs that are not done. */
export interface Unfinished {
  /** By the id of the job. */
  readonly answering: ReadonlyMap<string, string>
  /** By the id of the job whose answers are judged. */
  readonly judging: ReadonlyMap<string, { readonly judge: string; readonly status: string }>
}

const allDone: Unfinished = { answering: new Map(), judging: new Map() }

/** One sentence per cell that crosses the threshold or cannot be held against it. Throws `not-found` when it meets no row. */
export function crossings(
  threshold: Threshold,
  comparison: Comparison,
  unfinished: Unfinished = allDone,
): string[] {
  const rows = comparison.rows.filter(
    (row) =>
      row.metric.name === threshold.metric &&
      (threshold.suiteId === null || row.suiteId === threshold.suiteId),
  )
  if (rows.length === 0) {
    const known = [...new Set(comparison.rows.map((row) => `${row.metric.name}@${row.suiteId}`))]
    throw new ActbenchError({
      code: 'not-found',
      message: `--fail-if ${threshold.text}: no such figure in this comparison; there is ${known.join(', ')}`,
    })
  }
  return [
    ...rows.flatMap((row) => rowCrossings({ threshold, row, comparison, unfinished })),
    ...unjudged({ threshold, rows, comparison, unfinished }),
  ]
}

/** A judge that has read a part of the answers, or none of them, must not let a gate open either. */
function unjudged(options: {
  readonly threshold: Threshold
  readonly rows: readonly ComparisonRow[]
  readonly comparison: Comparison
  readonly unfinished: Unfinished
}): string[] {
  const { threshold, rows, comparison, unfinished } = options
  const concerned = new Set(rows.map(({ suiteId }) => suiteId))
  return comparison.suites
    .filter(({ id }) => concerned.has(id))
    .flatMap(({ title, jobIds }) =>
      jobIds.flatMap((jobId, index) => {
        const judging = unfinished.judging.get(jobId ?? '')
        if (judging === undefined) return []
        const { judge, status } = judging
        const name = comparison.columns[index]?.name ?? ''
        return [
          `${threshold.text}: ${name} on ${title}: its judging by ${judge} is ${status}, not done`,
        ]
      }),
    )
}

function rowCrossings(options: {
  readonly threshold: Threshold
  readonly row: ComparisonRow
  readonly comparison: Comparison
  readonly unfinished: Unfinished
}): string[] {
  const { threshold, row, comparison, unfinished } = options
  const jobIds = comparison.suites.find(({ id }) => id === row.suiteId)?.jobIds ?? []
  const scale = isShare(row.metric.unit) ? 100 : 1
  return row.cells.flatMap((cell, index) => {
    const column = comparison.columns[index]
    if (column === undefined) return []
    if (threshold.isDifference && column.isBaseline) return []
    const where = `${column.name} on ${row.suiteTitle}, ${row.judge}`
    // A job that failed before its first sample must not pass a gate either.
    if (cell === null) return [`${threshold.text}: ${where}: no figure, it was not run`]
    const status = unfinished.answering.get(jobIds[index] ?? '')
    // What has been measured so far is no result that a gate may open on.
    if (status !== undefined) return [`${threshold.text}: ${where}: its job is ${status}, not done`]
    const found = threshold.isDifference ? cell.difference?.value : cell.estimate.value
    // What could not be judged has not passed.
    if (found === null || found === undefined) return [`${threshold.text}: ${where}: not judged`]
    const value = found * scale
    const isCrossed = threshold.isAbove ? value > threshold.limit : value < threshold.limit
    return isCrossed ? [`${threshold.text}: ${where}: ${value.toFixed(2)}`] : []
  })
}
