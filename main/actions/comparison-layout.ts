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
  readonly columns: readonly LayoutColumn[]
  readonly baseline: number
  readonly suites: readonly LayoutSuite[]
}

/** More columns than this cannot be read side by side. */
const mostColumns = 12

/** Throws `not-found` (runs, configurations, suites) and `incompatible` (a suite of two versions or two data files). */
export function layOutComparison(db: Database, spec: ComparisonSpec): ComparisonLayout {
  const found = spec.runIds.map((id) => runs.get(db.read, id))
  const all = listColumns(found)
  const columns =
    spec.configurations === null
      ? all.slice(0, mostColumns)
      : spec.configurations.map((wanted) => findColumn(all, wanted))
  const baselineColumn = spec.baseline === null ? columns[0] : findColumn(columns, spec.baseline)
  const jobs = found.flatMap((run) => run.jobs)
  const suites = listSuites(jobs, spec.suites).map((suiteId) => ({
    suiteId,
    jobs: columns.map(({ hash }) => chooseJob(jobs, { hash, suiteId })),
  }))
  for (const suite of suites) requireSameData(suite)
  return {
    title: found.map(({ name }) => name).join(' + '),
    columns,
    baseline: Math.max(
      0,
      columns.findIndex(({ hash }) => hash === baselineColumn?.hash),
    ),
    suites,
  }
}

/** In plan order, run by run; the same configuration in two runs is one column. */
function listColumns(found: readonly RunDetail[]): LayoutColumn[] {
  const columns = new Map<string, LayoutColumn>()
  for (const { configurationHash, configurationName } of found.flatMap((run) => run.jobs)) {
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
    message: `No configuration ${JSON.stringify(wanted)} in these runs; there is ${columns.map(({ name }) => JSON.stringify(name)).join(', ')}`,
    remedy: 'Use the name or the hash of one of them.',
  })
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

/** The most complete job, the newest of several. */
function chooseJob(
  jobs: readonly Job[],
  { hash, suiteId }: { readonly hash: string; readonly suiteId: string },
): Job | null {
  const candidates = jobs.filter(
    (job) => job.configurationHash === hash && job.suiteId === suiteId && job.done > 0,
  )
  const rank = (job: Job): number => (job.status === 'done' ? 1 : 0)
  return (
    candidates.sort(
      (a, b) => rank(b) - rank(a) || b.done - a.done || b.createdAt - a.createdAt,
    )[0] ?? null
  )
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
