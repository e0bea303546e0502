/** Judging stored answers by a model: one more job in the run of the answers. */
import { canonicalJson } from '#contract/canonical'
import { ActbenchError } from '#contract/errors'
import type { Job } from '#contract/jobs'
import type { JudgeUse } from '#contract/suites'
import { inTransaction, jobs, judged, models, runs, type Database, type NewJob } from '#db'
import { checkJudge, type CheckedJudge } from './judge-check.ts'
import type { Services } from './services.ts'

/**
 * Queues the judging of a job's answers, those without a verdict of this judge. Throws what `checkJudge` throws, and
 * `invalid-input` for a job that is not over, has nothing for this rubric, or is judged or queued for it already.
 */
export function judgeJob(
  services: Services,
  { id, use: wanted }: { readonly id: string; readonly use: JudgeUse },
): Job {
  const { db, queue, emit, clock } = services
  const source = jobs.get(db.read, id)
  const checked = checkJudge(services, wanted)
  requireOver(source)
  requireAnswers(services, source, checked.use)
  const newJob = inTransaction(db.write, () => {
    requireNotQueued(db, source, checked.use)
    const created = toJob(db, { source, checked, createdAt: clock() })
    jobs.create(db.write, [created])
    return created
  })
  emit('runs-changed', {})
  queue.wake()
  return queue.withLive(jobs.get(db.read, newJob.id))
}

function requireOver({ id, kind, status }: Job): void {
  if (kind !== 'evaluation') {
    throw refusal(
      `Job ${id} gave no answers: it is a job of the kind ${kind}`,
      'Judge the job that answered.',
    )
  }
  if (['done', 'failed', 'cancelled'].includes(status)) return
  throw refusal(
    `Job ${id} is ${status}; its answers can be judged when it is over`,
    'Wait for its end, or cancel it.',
  )
}

function requireAnswers({ db, catalog }: Services, { id }: Job, use: JudgeUse): void {
  const { record } = catalog.findRubric(use.rubric)
  const answered = judged.answeredIds(db.read, { jobId: id, expectations: record.appliesTo })
  if (answered.length === 0) {
    throw refusal(
      `Job ${id} has no answer that ${record.title} is about (prompts to ${record.appliesTo.join(' or ')})`,
      'Choose another rubric, or a job of another suite.',
    )
  }
  const { scorer, variant, version } = catalog.judgeScorer(use)
  const known = new Set(judged.ids(db.read, { jobId: id, scorer, variant, version }))
  if (!answered.every((sampleId) => known.has(sampleId))) return
  throw refusal(
    `All ${answered.length} answers of job ${id} have a verdict of ${scorer} (${variant}), version ${version}`,
    'Greedy judges say the same again: choose another judge or rubric.',
  )
}

const waitingStates = ['queued', 'running', 'paused', 'interrupted']

function requireNotQueued(db: Database, source: Job, use: JudgeUse): void {
  const same = runs
    .get(db.read, source.runId)
    .jobs.find(
      ({ task, status }) =>
        task?.kind === 'judging' &&
        task.sourceJobId === source.id &&
        canonicalJson(task.use) === canonicalJson(use) &&
        waitingStates.includes(status),
    )
  if (same === undefined) return
  throw refusal(
    `Job ${same.id} is to judge these answers by this judge and is ${same.status}`,
    same.status === 'queued' || same.status === 'running' ? 'Wait for it.' : 'Resume that job.',
  )
}

/** Counts on from the jobs that the run has. A server has no model of ours: the source's stands in for it. */
function toJob(
  db: Database,
  options: { readonly source: Job; readonly checked: CheckedJudge; readonly createdAt: number },
): NewJob {
  const { source, checked, createdAt } = options
  const { runId } = source
  const count = runs.get(db.read, runId).jobs.length
  const model = checked.model ?? models.get(db.read, source.modelId)
  return {
    id: `${runId}-${String(count + 1).padStart(2, '0')}`,
    runId,
    kind: 'judging',
    task: { kind: 'judging', sourceJobId: source.id, use: checked.use },
    configurationHash: source.configurationHash,
    configurationName: source.configurationName,
    modelId: model.id,
    modelFingerprint: model.fingerprint,
    suiteId: source.suiteId,
    suiteVersion: source.suiteVersion,
    suiteOptions: source.suiteOptions,
    dataHash: source.dataHash,
    scorers: [],
    batchSize: null,
    threads: jobs.order(db.read, source.id).threads,
    createdAt,
  }
}

function refusal(message: string, remedy: string): ActbenchError {
  return new ActbenchError({ code: 'invalid-input', message, remedy })
}
