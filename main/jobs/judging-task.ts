/** A judging job as the engine gets it: the answers of another job that wait for this judge. */
import { ActbenchError } from '#contract/errors'
import type { EngineTask, Job, JobTask } from '#contract/jobs'
import { jobs, judged, samples, type AnsweredSample, type JudgedBy, type ReadableDb } from '#db'
import type { JobRules } from './job-rules.ts'
import { quarantinedIds } from './quarantine.ts'

export type JudgingTask = Extract<JobTask, { kind: 'judging' }>

/** Answers that are read from the store at once. */
const pageSize = 500

interface Judging {
  readonly job: Job
  readonly task: JudgingTask
  readonly rules: JobRules
}

/** Throws `invalid-input` when the job whose answers it should judge ended without any. */
export function judgingTask(
  db: ReadableDb,
  { job, task, rules }: Judging,
): Extract<EngineTask, { kind: 'judging' }> {
  const { sourceJobId, use } = task
  const { appliesTo } = rules.judge(use)
  const answers = allAnswers(db, sourceJobId)
  if (answers.length === 0) throw nothingToJudge(jobs.get(db, sourceJobId))
  const aside = quarantinedIds(db, job.id)
  const concerned = answers.filter(
    ({ sample }) => appliesTo.includes(sample.expectation) && !aside.has(sample.id),
  )
  const known = new Set(judged.ids(db, verdictsOf(task, rules)))
  return {
    kind: 'judging',
    use,
    answers: concerned
      .filter(({ sample }) => !known.has(sample.id))
      .map(({ sample, response }) => ({ sample, response })),
    total: concerned.length,
  }
}

/** Where the verdicts of a judging job are stored: with the answers of its source. */
export function verdictsOf({ sourceJobId, use }: JudgingTask, rules: JobRules): JudgedBy {
  const { scorer, variant, version } = rules.judge(use)
  return { jobId: sourceJobId, scorer, variant, version }
}

function allAnswers(db: ReadableDb, jobId: string): AnsweredSample[] {
  const all: AnsweredSample[] = []
  for (;;) {
    const afterRowId = all.at(-1)?.rowId ?? 0
    const page = samples.answered(db, { jobId, afterRowId, limit: pageSize })
    all.push(...page)
    if (page.length < pageSize) return all
  }
}

function nothingToJudge({ id, status, configurationName, suiteId }: Job): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `There is nothing to judge: job ${id} (${configurationName} on ${suiteId}) is ${status} and has no answers.`,
    remedy: 'Retry that job first, then this one.',
  })
}
