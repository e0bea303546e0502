/** Jobs as people and the engine see them. What moves them through the queue is in queue.ts. */
import { z } from 'zod'
import { appErrorSchema } from '#contract/errors'
import {
  environmentSchema,
  jobTaskSchema,
  type Environment,
  type Job,
  type JobStage,
  type JobKind,
  type JobStatus,
} from '#contract/jobs'
import { planSuiteSchema } from '#contract/plans'
import { scorerUseSchema, type ScorerUse } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson, readNullableJson } from '../rows.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'

/** What a plan's cell becomes. `scorers` are resolved: the suite's own where the plan named none. */
export interface NewJob extends Pick<
  Job,
  | 'id'
  | 'runId'
  | 'kind'
  | 'task'
  | 'configurationHash'
  | 'configurationName'
  | 'modelId'
  | 'suiteId'
  | 'suiteVersion'
  | 'suiteOptions'
  | 'dataHash'
  | 'createdAt'
> {
  readonly modelFingerprint: string
  readonly scorers: readonly ScorerUse[]
  readonly batchSize: number | null
  readonly threads: number | null
}

/** The part of a job that only its execution needs. */
export interface JobOrder {
  readonly modelFingerprint: string
  readonly scorers: ScorerUse[]
  readonly batchSize: number | null
  readonly threads: number | null
  /** Samples that only have an error run again. */
  readonly retriesErrors: boolean
}

interface JobRow {
  readonly id: string
  readonly run_id: string
  readonly kind: JobKind
  readonly task: string | null
  readonly configuration_hash: string
  readonly configuration_name: string
  readonly model_id: string
  readonly suite_id: string
  readonly suite_version: number
  readonly suite_options: string
  readonly data_hash: string
  readonly status: JobStatus
  readonly stage: JobStage | null
  readonly position: number
  readonly total: number | null
  readonly done: number
  readonly failed: number
  readonly attempts: number
  readonly error: string | null
  readonly environment: string | null
  readonly passport_hash: string | null
  readonly is_verified: number | null
  readonly created_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly active_ms: number
  readonly generating_ms: number
  readonly tokens_generated: number
}

const select = `SELECT jobs.*, passports.is_verified
  FROM jobs JOIN runs ON runs.id = jobs.run_id AND runs.removed_at IS NULL
    LEFT JOIN passports ON passports.recipe_hash = jobs.passport_hash`

export function find(db: ReadableDb, id: string): Job | null {
  const row = getRow<JobRow>(db, `${select} WHERE jobs.id = ?`, [id])
  return row === undefined ? null : toJob(row)
}

/** Throws `not-found`. */
export function get(db: ReadableDb, id: string): Job {
  const job = find(db, id)
  if (job === null) throw notFound('job', id)
  return job
}

/** Jobs of these runs, run by run in the order of their plans. */
export function forRuns(db: ReadableDb, runIds: readonly string[]): Job[] {
  return all<JobRow>(
    db,
    `${select} JOIN json_each(?) AS wanted ON wanted.value = jobs.run_id
     ORDER BY wanted.key, jobs.row_id`,
    [JSON.stringify(runIds)],
  ).map(toJob)
}

/** Jobs in this state, in queue order. */
export function withStatus(db: ReadableDb, status: JobStatus): Job[] {
  return all<JobRow>(db, `${select} WHERE jobs.status = ? ORDER BY jobs.position`, [status]).map(
    toJob,
  )
}

/** Finished jobs of one kind by a model, newest first: what an estimate learns from. */
export function finishedOfModel(
  db: ReadableDb,
  { modelId, kind, limit }: { modelId: string; kind: JobKind; limit: number },
): Job[] {
  return all<JobRow>(
    db,
    `${select} WHERE jobs.model_id = ? AND jobs.kind = ? AND jobs.status = 'done'
     ORDER BY jobs.ended_at DESC LIMIT ?`,
    [modelId, kind, limit],
  ).map(toJob)
}

/** Throws `not-found`. */
export function order(db: ReadableDb, id: string): JobOrder {
  const row = getRow<{
    model_fingerprint: string
    scorers: string
    batch_size: number | null
    threads: number | null
    retries_errors: number
  }>(
    db,
    `SELECT model_fingerprint, scorers, batch_size, threads, retries_errors
     FROM jobs WHERE id = ?`,
    [id],
  )
  if (row === undefined) throw notFound('job', id)
  return {
    modelFingerprint: row.model_fingerprint,
    scorers: readJson(z.array(scorerUseSchema), row.scorers, 'jobs.scorers'),
    batchSize: row.batch_size,
    threads: row.threads,
    retriesErrors: row.retries_errors === 1,
  }
}

/** Queues jobs behind all others, in the given order. Their configuration and model must be stored. */
export function create(db: WritableDb, jobs: readonly NewJob[]): void {
  inTransaction(db, () => {
    const last = getRow<{ position: number }>(
      db,
      'SELECT coalesce(max(position), 0) AS position FROM jobs',
    )
    let position = last?.position ?? 0
    for (const job of jobs) {
      position += 1
      insert(db, job, position)
    }
  })
}

export interface JobFacts {
  readonly stage?: JobStage
  readonly total?: number
  readonly environment?: Environment
  readonly passportHash?: string
  /** Of the process that ran it; the highest one of all attempts stays. */
  readonly peakMemoryBytes?: number
}

/** Writes what the engine found out about a running job. */
export function setFacts(db: WritableDb, id: string, facts: JobFacts): void {
  run(
    db,
    `UPDATE jobs SET stage = coalesce(@stage, stage), total = coalesce(@total, total),
       environment = json_set(coalesce(@environment, environment), '$.peakMemoryBytes', nullif(max(
         coalesce(@peakMemoryBytes, 0), coalesce(environment ->> '$.peakMemoryBytes', 0),
         coalesce(@environment ->> '$.peakMemoryBytes', 0)), 0)),
       passport_hash = coalesce(@passportHash, passport_hash)
     WHERE id = @id`,
    {
      id,
      stage: facts.stage ?? null,
      total: facts.total ?? null,
      environment: facts.environment === undefined ? null : JSON.stringify(facts.environment),
      passportHash: facts.passportHash ?? null,
      peakMemoryBytes: facts.peakMemoryBytes ?? null,
    },
  )
}

/** Progress of a job that stores no samples of its own. */
export function setDone(db: WritableDb, id: string, done: number): void {
  run(db, 'UPDATE jobs SET done = ? WHERE id = ?', [done, id])
}

/** Adds to the job's running time, the part of it in which answers were made, and its token count. */
export function addWork(
  db: WritableDb,
  work: { id: string; activeMs: number; generatingMs: number; tokens: number },
): void {
  run(
    db,
    `UPDATE jobs SET active_ms = active_ms + ?, generating_ms = generating_ms + ?,
       tokens_generated = tokens_generated + ?
     WHERE id = ?`,
    [Math.round(work.activeMs), Math.round(work.generatingMs), work.tokens, work.id],
  )
}

function insert(db: WritableDb, job: NewJob, position: number): void {
  run(
    db,
    `INSERT INTO jobs (
       id, run_id, kind, task, configuration_hash, configuration_name, model_id, model_fingerprint, suite_id,
       suite_version, suite_options, data_hash, scorers, batch_size, threads, status, position,
       created_at
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)`,
    [
      job.id,
      job.runId,
      job.kind,
      job.task === null ? null : JSON.stringify(job.task),
      job.configurationHash,
      job.configurationName,
      job.modelId,
      job.modelFingerprint,
      job.suiteId,
      job.suiteVersion,
      JSON.stringify(job.suiteOptions),
      job.dataHash,
      JSON.stringify(job.scorers),
      job.batchSize,
      job.threads,
      position,
      job.createdAt,
    ],
  )
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    runId: row.run_id,
    kind: row.kind,
    task: readNullableJson(jobTaskSchema, row.task, 'jobs.task'),
    configurationHash: row.configuration_hash,
    configurationName: row.configuration_name,
    modelId: row.model_id,
    suiteId: row.suite_id,
    suiteVersion: row.suite_version,
    suiteOptions: readJson(planSuiteSchema, row.suite_options, 'jobs.suite_options'),
    dataHash: row.data_hash,
    status: row.status,
    stage: row.stage,
    position: row.position,
    total: row.total,
    done: row.done,
    failed: row.failed,
    attempts: row.attempts,
    error: readNullableJson(appErrorSchema, row.error, 'jobs.error'),
    environment: readNullableJson(environmentSchema, row.environment, 'jobs.environment'),
    passportHash: row.passport_hash,
    isVerified: row.is_verified === null ? null : row.is_verified === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    activeMs: row.active_ms,
    generatingMs: row.generating_ms,
    tokensGenerated: row.tokens_generated,
    samplesPerSecond: null,
    tokensPerSecond: null,
    remainingMs: null,
  }
}
