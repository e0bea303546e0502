/** What the engine told, as rows: one transaction for a batch of events. */
import type { Environment, Job, JobEvent, LogLine, SampleResult } from '#contract/jobs'
import {
  analyses,
  artifacts,
  inTransaction,
  jobs,
  judged,
  logs,
  passports,
  samples,
  type JobFacts,
  type Judged,
  type JudgedBy,
  type WritableDb,
} from '#db'

export interface Batch {
  readonly job: Job
  /** Where verdicts go; null for a job that gives none. */
  readonly verdicts: JudgedBy | null
  readonly events: readonly JobEvent[]
  readonly now: number
  readonly activeMs: number
  readonly generatingMs: number
}

interface Gathered {
  facts: JobFacts
  tokens: number
  readonly lines: LogLine[]
  readonly results: SampleResult[]
  readonly judgements: Judged[]
}

/** Everything of the batch or nothing. Returns what was new. */
export function storeEvents(db: WritableDb, batch: Batch): { samples: number; tokens: number } {
  const { job, events, now, activeMs, generatingMs } = batch
  return inTransaction(db, () => {
    const gathered: Gathered = { facts: {}, tokens: 0, lines: [], results: [], judgements: [] }
    for (const event of events) take(db, { event, job, now, gathered })
    const { facts, tokens, lines, results } = gathered
    jobs.setFacts(db, job.id, facts)
    if (events.some(({ type }) => type === 'analysis-finished')) {
      jobs.setDone(db, job.id, jobs.get(db, job.id).total ?? 0)
    }
    jobs.addWork(db, { id: job.id, activeMs, generatingMs, tokens })
    if (lines.length > 0) logs.add(db, { jobId: job.id, lines })
    const stored = results.length === 0 ? 0 : samples.record(db, { jobId: job.id, results, now })
    return { samples: stored + storeVerdicts(db, batch, gathered.judgements), tokens }
  })
}

/** Stores what stands for itself, and gathers the rest. */
function take(
  db: WritableDb,
  input: { event: JobEvent; job: Job; now: number; gathered: Gathered },
): void {
  const { event, job, now, gathered } = input
  switch (event.type) {
    case 'job-started':
      gathered.facts = { ...gathered.facts, total: event.total, environment: event.environment }
      if (isElsewhere(job, event.environment)) {
        const message = elsewhere(job, event.environment)
        gathered.lines.push({ at: now, level: 'warning', message })
      }
      return
    case 'stage-changed':
      gathered.facts = { ...gathered.facts, stage: event.stage }
      return
    case 'artifact-fitted':
      artifacts.save(db, { artifact: event, modelId: job.modelId, now })
      return
    case 'passport-issued':
      passports.save(db, event.passport)
      gathered.facts = { ...gathered.facts, passportHash: event.passport.recipeHash }
      return
    case 'sample-scored':
      gathered.results.push(event.result)
      return
    case 'sample-judged':
      gathered.judgements.push({ sampleId: event.sampleId, scores: event.scores })
      return
    case 'analysis-finished':
      analyses.save(db, { jobId: job.id, payload: event.payload, now })
      return
    case 'tokens-generated':
      gathered.tokens += event.count
      return
    case 'log':
      gathered.lines.push({ at: now, level: event.level, message: event.message })
      return
    case 'job-ended':
      if (event.peakMemoryBytes !== null) {
        gathered.facts = { ...gathered.facts, peakMemoryBytes: event.peakMemoryBytes }
      }
      return
    case 'samples-started':
      return
  }
}

/** Verdicts belong to the answers of another job; this one only counts them, from the rows themselves. */
function storeVerdicts(
  db: WritableDb,
  { job, verdicts, events, now }: Batch,
  judgements: readonly Judged[],
): number {
  if (verdicts === null) return 0
  const stored =
    judgements.length === 0
      ? 0
      : judged.record(db, { jobId: verdicts.jobId, judged: judgements, now })
  const hasBegun = events.some(({ type }) => type === 'job-started')
  if (stored > 0 || hasBegun) jobs.setDone(db, job.id, judged.ids(db, verdicts).length)
  return stored
}

/** Stored samples of an earlier attempt were made in another environment than those to come. */
function isElsewhere({ done, environment }: Job, next: Environment): boolean {
  return done > 0 && environment !== null && differences(environment, next).length > 0
}

function elsewhere({ environment }: Job, next: Environment): string {
  const changes = environment === null ? [] : differences(environment, next)
  return `From here on the job runs in another environment than its stored samples: ${changes.join(', ')}.`
}

const comparedFacts = [
  'engineVersion',
  'onnxruntimeVersion',
  'provider',
  'device',
  'threads',
  'batchSize',
  'arithmetic',
  'chatTemplateHash',
] as const satisfies (keyof Environment)[]

function differences(before: Environment, after: Environment): string[] {
  return comparedFacts
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 'none'} -> ${after[name] ?? 'none'}`)
}
