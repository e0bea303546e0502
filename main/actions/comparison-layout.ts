/** Which job stands in which cell of a comparison: columns are configurations, rows of cells are suites. */
import { ActbenchError } from '#contract/errors'
import type { ComparisonSpec } from '#contract/comparisons'
import type { Job, RunDetail } from '#contract/jobs'
import { runs, type Database } from '#db'

export interface LayoutColumn {
  readonly hash: string
  readonly name: string
}

export interface LayoutSuite {
  readonly suiteId: string
  /** One per column; null where it was not run. */
  readonly jobs: readonly (Job | null)[]
}

export interface ComparisonLayout {
  readonly title: string
  readonly runs: readonly RunDetail[]
  readonly columns: readonly LayoutColumn[]
  readonly baseline: number
  readonly suites: readonly LayoutSuite[]
}

/** As many as a plan may have configurations; a page shows fewer at a time. */
const mostColumns = 512

/**
 * Throws `not-found` (runs, configurations, suites) and `incompatible` (a suite of two versions or two data files, or put with
 * different numbers of worked examples).
 */
export function layOutComparison(db: Database, spec: ComparisonSpec): ComparisonLayout {
  const found = spec.runIds.map((id) => runs.get(db.read, id))
  const all = listColumns(found)
  const columns =
    spec.configurations === null
      ? all.slice(0, mostColumns)
      : spec.configurations.map((wanted) => findColumn(all, wanted))
  const baselineColumn = spec.baseline === null ? columns[0] : findColumn(columns, spec.baseline)
  const jobs = found.flatMap((run) => run.jobs).filter(isEvaluation)
  const byCell = Map.groupBy(
    jobs,
    ({ configurationHash, suiteId }) => `${suiteId} ${configurationHash}`,
  )
  const suites = listSuites(jobs, spec.suites).map((suiteId) => ({
    suiteId,
    jobs: columns.map(({ hash }) => chooseJob(byCell.get(`${suiteId} ${hash}`) ?? [])),
  }))
  for (const suite of suites) requireSameData(suite)
  for (const suite of suites) requireSameExamples(jobs, suite.suiteId)
  return {
    title: found.map(({ name }) => name).join(' + '),
    runs: found,
    columns,
    baseline: Math.max(
      0,
      columns.findIndex(({ hash }) => hash === baselineColumn?.hash),
    ),
    suites,
  }
}

/** What judges answers or studies activations is no cell, although it has a suite and a configuration too. */
function isEvaluation({ kind }: Job): boolean {
  return kind === 'evaluation'
}

/** In plan order, run by run; the same configuration in two runs is one column. */
function listColumns(found: readonly RunDetail[]): LayoutColumn[] {
  const columns = new Map<string, LayoutColumn>()
  const jobs = found.flatMap((run) => run.jobs).filter(isEvaluation)
  for (const { configurationHash, configurationName } of jobs) {
    if (!columns.has(configurationHash)) {
      columns.set(configurationHash, { hash: configurationHash, name: configurationName })
    }
  }
  return [...columns.values()]
}

/** By hash, by the beginning of a hash, or by the plan's name for it. */
function findColumn(columns: readonly LayoutColumn[], wanted: string): LayoutColumn {
  const found =
    columns.find(({ hash }) => hash === wanted) ??
    columns.find(({ name }) => name === wanted) ??
    columns.find(({ hash }) => wanted.length >= 6 && hash.startsWith(wanted))
  if (found !== undefined) return found
  throw new ActbenchError({
    code: 'not-found',
    message: `No configuration ${JSON.stringify(wanted)} in these runs; there is ${namesOf(columns)}`,
    remedy: 'Use the name or the hash of one of them.',
  })
}

/** A map has hundreds. */
const mostNames = 20

function namesOf(columns: readonly LayoutColumn[]): string {
  const names = columns.slice(0, mostNames).map(({ name }) => JSON.stringify(name))
  return columns.length > mostNames
    ? `${names.join(', ')} and ${columns.length - mostNames} more`
    : names.join(', ')
}

function listSuites(jobs: readonly Job[], wanted: readonly string[] | null): string[] {
  const present = [...new Set(jobs.map(({ suiteId }) => suiteId))]
  const missing = wanted?.find((suiteId) => !present.includes(suiteId))
  if (missing !== undefined) {
    throw new ActbenchError({
      code: 'not-found',
      message: `No suite ${JSON.stringify(missing)} in these runs; there is ${present.join(', ')}`,
      remedy: 'Use one of these.',
    })
  }
  return wanted === null ? present : [...wanted]
}

/** The most complete of the jobs of one cell, the newest of several. */
function chooseJob(jobs: readonly Job[]): Job | null {
  const rank = (job: Job): number => (job.status === 'done' ? 1 : 0)
  const [best] = jobs
    .filter(({ done }) => done > 0)
    .sort((a, b) => rank(b) - rank(a) || b.done - a.done || b.createdAt - a.createdAt)
  return best ?? null
}

/** Samples of another version or file are other samples, whatever their ids. */
function requireSameData({ suiteId, jobs }: LayoutSuite): void {
  const sources = new Set(
    jobs.flatMap((job) =>
      job === null ? [] : [`version ${job.suiteVersion}, data ${job.dataHash.slice(0, 12)}`],
    ),
  )
  if (sources.size <= 1) return
  throw new ActbenchError({
    code: 'incompatible',
    message: `Suite ${suiteId}: expected one version and one data file in all columns, found ${[...sources].join(' and ')}`,
    remedy:
      'Run the older configurations again on the present data, or leave this suite or run out.',
  })
}

/** With other examples it is another task; one of two such jobs would silently stand for both. */
export function requireSameExamples(jobs: readonly Job[], suiteId: string): void {
  const counts = new Set(
    jobs
      .filter((job) => job.suiteId === suiteId && job.done > 0)
      .map(({ suiteOptions }) => suiteOptions.examples ?? null),
  )
  if (counts.size <= 1) return
  const texts = [...counts].map((count) => (count === null ? "the suite's own number" : count))
  throw new ActbenchError({
    code: 'incompatible',
    message: `Suite ${suiteId}: expected one number of worked examples in all jobs, found ${texts.join(' and ')}`,
    remedy: 'Compare runs that show the model as many examples, or leave this suite out.',
  })
}
