/** Comparisons: stored samples of several configurations, joined, and the engine's statistics over them. */
import type { CallInput, CallOutput } from '#contract/calls'
import {
  activationSpaceResultSchema,
  type Comparison,
  type ComparisonSpec,
} from '#contract/comparisons'
import type { Job } from '#contract/jobs'
import { analyses, comparedSamples, configurations, models, passports, scores } from '#db'
import { judgeWarnings } from './judge-warnings.ts'
import { layOutComparison, type ComparisonLayout, type LayoutSuite } from './comparison-layout.ts'
import type { Catalog } from './catalog-door.ts'
import type { ReadingServices } from './services.ts'
import { searchInput } from './search-input.ts'
import { findSuiteRecord } from './suite-data.ts'

type ComparisonInput = Parameters<Catalog['compare']>[0]
type ComparisonColumn = ComparisonInput['columns'][number]
type ComparisonSuite = ComparisonInput['suites'][number]

export function getComparison(services: ReadingServices, spec: ComparisonSpec): Comparison {
  const layout = layOutComparison(services.db, spec)
  const comparison = services.catalog.compare({
    title: layout.title,
    columns: layout.columns.map((column, index) =>
      describeColumn({ services, layout, column, index }),
    ),
    baselineIndex: layout.baseline,
    suites: layout.suites.flatMap((suite) => describeSuite(services, suite)),
    search: searchInput(services, layout),
    analyses: listAnalyses(services, layout),
    createdAt: services.clock(),
  })
  return {
    ...comparison,
    verdict: [
      ...partialWarnings(layout),
      ...judgingWarnings(layout),
      ...comparison.verdict,
      ...judgeWarnings(services, comparison),
    ],
  }
}

export function pageComparedSamples(
  { db }: ReadingServices,
  { spec, filter, cursor, limit }: CallInput<'comparisons.samples'>,
): CallOutput<'comparisons.samples'> {
  const layout = layOutComparison(db, { ...spec, suites: [filter.suiteId] })
  const [suite] = layout.suites
  return comparedSamples.page(db.read, {
    jobIds: suite?.jobs.map((job) => job?.id ?? null) ?? [],
    baseline: layout.baseline,
    filter,
    cursor,
    limit,
  })
}

function describeColumn(options: {
  readonly services: ReadingServices
  readonly layout: ComparisonLayout
  readonly column: ComparisonLayout['columns'][number]
  readonly index: number
}): ComparisonColumn {
  const { services, layout, column, index } = options
  const { db } = services
  const { configuration } = configurations.get(db.read, column.hash)
  const columnJobs = layout.suites.flatMap((suite) => suite.jobs[index] ?? [])
  const environments = columnJobs.flatMap(({ environment }) => environment ?? [])
  const model = models.find(db.read, configuration.modelId)
  return {
    hash: column.hash,
    name: column.name,
    modelName: model?.name ?? configuration.modelId,
    ...(model?.task === undefined ? {} : { task: model.task }),
    configuration,
    passport: passports.forConfiguration(db.read, column.hash),
    environments,
  }
}

/** Nothing for a suite that no column has run. */
function describeSuite(
  services: ReadingServices,
  { suiteId, jobs: cells }: LayoutSuite,
): ComparisonSuite[] {
  const first = cells.find((job) => job !== null)
  if (first === undefined || first === null) return []
  const ids = cells.flatMap((job) => job?.id ?? [])
  const results = scores.forJobs(services.db.read, ids)
  return [
    {
      record: { ...findSuiteRecord(services.catalog, suiteId), version: first.suiteVersion },
      options: first.suiteOptions,
      dataHash: first.dataHash,
      cells: cells.map((job) =>
        job === null
          ? null
          : {
              ...describeSpeed(job),
              jobId: job.id,
              options: job.suiteOptions,
              results: results.get(job.id) ?? [],
            },
      ),
    },
  ]
}

/** Results of finished studies of the columns, the newest where a configuration was studied twice on the same prompts. */
function listAnalyses(
  { db }: ReadingServices,
  { columns, runs }: ComparisonLayout,
): Comparison['analyses'] {
  const place = new Map(columns.map(({ hash }, index) => [hash, index]))
  const studies = runs.flatMap(({ jobs }) => jobs).filter(({ kind }) => kind === 'activation-space')
  const found = new Map<string, Comparison['analyses'][number]>()
  for (const job of studies) {
    const column = place.get(job.configurationHash)
    const payload = column === undefined ? null : analyses.find(db.read, job.id)
    if (column === undefined || payload === null) continue
    const result = activationSpaceResultSchema.parse(payload)
    const key = JSON.stringify([column, result.harmful, result.harmless])
    found.set(key, { column, jobId: job.id, result })
  }
  return [...found.values()].sort((a, b) => a.column - b.column)
}

/** Over the time in which samples were with the model, all attempts together; loading and calibration are not in it. */
function describeSpeed(job: Job): {
  tokensPerSecond: number | null
  samplesPerSecond: number | null
  peakMemoryBytes: number | null
} {
  const seconds = job.generatingMs / 1000
  const hasRun = seconds > 0 && job.done > 0
  return {
    tokensPerSecond: hasRun && job.tokensGenerated > 0 ? job.tokensGenerated / seconds : null,
    samplesPerSecond: hasRun ? job.done / seconds : null,
    peakMemoryBytes: job.environment?.peakMemoryBytes ?? null,
  }
}

type Verdict = Comparison['verdict']

/** Figures over a part of the samples read like the whole unless somebody says so, first and in words. */
function partialWarnings({ columns, suites }: ComparisonLayout): Verdict {
  return suites.flatMap(({ suiteId, jobs: cells }) =>
    cells.flatMap((job, index): Verdict => {
      if (job === null || job.status === 'done') return []
      const count =
        job.total === null ? `${job.done} samples` : `${job.done} of ${job.total} samples`
      const name = columns[index]?.name ?? job.configurationName
      return [
        {
          tone: 'warning',
          text: `Partial: ${name} on ${suiteId} is ${job.status} with ${count}; its figures will change when it goes on.`,
        },
      ]
    }),
  )
}

/** The same for verdicts: a judge that has read a part of a column, or nothing of it, beside columns that it has read. */
function judgingWarnings({ columns, suites, runs }: ComparisonLayout): Verdict {
  const judgings = runs.flatMap(({ jobs: all }) =>
    all.flatMap(({ task, status, done, total }) =>
      task?.kind === 'judging' ? [{ task, status, done, total }] : [],
    ),
  )
  const keyOf = (task: object) => JSON.stringify(task)
  const made = new Set(
    judgings.flatMap(({ task, status }) => (status === 'done' ? [keyOf(task)] : [])),
  )
  const missing = judgings.filter(({ task }) => !made.has(keyOf(task)))
  return suites.flatMap(({ suiteId, jobs: cells }) =>
    cells.flatMap((job, index) =>
      missing
        .filter(({ task }) => task.sourceJobId === job?.id)
        .map(({ task, status, done, total }): Verdict[number] => ({
          tone: 'warning',
          text: `Partial: the judging of ${columns[index]?.name ?? ''} on ${suiteId} by judge-${task.use.rubric} is ${status} with ${total === null ? `${done} verdicts` : `${done} of ${total} verdicts`}; its figures will change when it goes on.`,
        })),
    ),
  )
}
