/** What the Compare page shows lives in its address; this file reads and writes it. */
import type { Comparison, ComparisonSpec, SampleFilter } from '#contract/comparisons'
import type { Run } from '#contract/jobs'
import { isShare } from '../../format/numbers.ts'
import { readKeys, writeKeys } from '../../hooks/use-selection.ts'

export type ComparisonRow = Comparison['rows'][number]

export function readSpec(params: URLSearchParams): ComparisonSpec | null {
  const runIds = readKeys(params.get('runs'))
  if (runIds.length === 0) return null
  const configurations = readKeys(params.get('configurations'))
  return {
    runIds,
    configurations: configurations.length === 0 ? null : configurations,
    baseline: params.get('baseline'),
    suites: null,
  }
}

export function compareAddress(runIds: readonly string[]): string {
  return `/compare?runs=${writeKeys(runIds)}`
}

const shows = ['all', 'flips', 'raised', 'lowered', 'unscored', 'errors'] as const

/** The row whose judge the samples are shown by. */
export function focusOf(row: ComparisonRow): string {
  return writeKeys([row.suiteId, row.metric.name, row.scorer, row.variant])
}

/** The row that the address names; else attack success first, for that is what the page is about. */
export function focusedRow(
  rows: readonly ComparisonRow[],
  focus: string | null,
): ComparisonRow | null {
  const named = rows.find((row) => focusOf(row) === focus)
  return named ?? rows.find((row) => row.metric.name === 'attack_success') ?? rows[0] ?? null
}

export function readFilter(params: URLSearchParams, row: ComparisonRow): SampleFilter {
  return {
    suiteId: row.suiteId,
    scorer: row.scorer,
    variant: row.variant,
    // Shares are stored under the name of their metric; losses are not.
    ...(isShare(row.metric.unit) ? { name: row.metric.name } : {}),
    search: params.get('search') ?? '',
    show: shows.find((show) => show === params.get('show')) ?? 'all',
    category: params.get('category'),
    ...readAbout(params.get('about'), row.suiteId),
  }
}

type About = NonNullable<SampleFilter['about']>

/** `massive,slot,date`, `massive,intent,alarm_set,alarm_query`: with the suite whose utterances these are. */
export function writeAbout(suiteId: string, about: About): string {
  const { kind, name } = about
  return writeKeys([suiteId, kind, name, ...(about.kind === 'intent' ? [about.takenFor] : [])])
}

/** Nothing where the samples are those of another suite, of which the filter would leave none. */
function readAbout(text: string | null, shownSuite: string): { about?: About } {
  const [suiteId, kind, name, takenFor] = readKeys(text)
  if (name === undefined || suiteId !== shownSuite) return {}
  if (kind === 'slot' || kind === 'domain') return { about: { kind, name } }
  return kind === 'intent' && takenFor !== undefined ? { about: { kind, name, takenFor } } : {}
}

/** `slot date`, `alarm_set taken for alarm_query`. */
export function aboutText(about: About): string {
  return about.kind === 'intent'
    ? `${about.name} taken for ${about.takenFor === '' ? 'nothing' : about.takenFor}`
    : `${about.kind} ${about.name}`
}

/** The newest run whose comparison says something: two configurations and some samples. */
export function newestComparable(runs: readonly Run[]): Run | null {
  const comparable = runs.filter(
    (run) =>
      new Set(run.jobs.map((job) => job.configurationHash)).size > 1 &&
      run.jobs.some((job) => job.done > 0),
  )
  return comparable.sort((a, b) => b.createdAt - a.createdAt)[0] ?? null
}

/** Configurations of these runs in plan order, each once. */
export function configurationsOf(runs: readonly Run[]): { hash: string; name: string }[] {
  const seen = new Map<string, string>()
  for (const job of runs.flatMap((run) => run.jobs)) {
    if (!seen.has(job.configurationHash)) seen.set(job.configurationHash, job.configurationName)
  }
  return Array.from(seen, ([hash, name]) => ({ hash, name }))
}

/** Row ids of one sample in column order; 0 where a column has none. */
export function writeSampleRows(rowIds: readonly (number | null)[]): string {
  return rowIds.map((rowId) => rowId ?? 0).join('.')
}

export function readSampleRows(text: string | null): number[] | null {
  if (text === null || text === '') return null
  const rowIds = text.split('.').map(Number)
  return rowIds.every((rowId) => Number.isSafeInteger(rowId) && rowId >= 0) ? rowIds : null
}
