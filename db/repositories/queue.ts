/**
 * The queue's state: which job runs next, whose it is, and what is wanted of it. Every step is one statement or one
 * transaction, so two processes that share the store never run the same job.
 */
import type { AppError } from '#contract/errors'
import type { Job, JobStatus } from '#contract/jobs'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound } from '../rows.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'
import * as jobs from './jobs.ts'

/** One queue in one process. A pid alone is used again; with the start of its process it is not. */
export interface Owner {
  readonly id: string
  readonly pid: number
  readonly startedAt: string
}

export type Wanted = 'paused' | 'cancelled'

/** States in which a job waits for its turn or for a person, and can be moved. */
const waiting: readonly JobStatus[] = ['queued', 'paused', 'interrupted']

export interface ClaimOptions {
  readonly owner: Owner
  /** Only jobs of these runs; null: of all runs. */
  readonly runIds: readonly string[] | null
  /**
   * Hashes of configurations that a resting engine has loaded; null where jobs run one at a time, in their order. With several at
   * once the run at the head of the queue gives such a job first, and else one whose configuration does not run yet: two
   * engines with the same configuration would both load it.
   */
  readonly loaded?: readonly string[] | null
  readonly now: number
}

/** A judging waits until its source is over: before that there are answers to come. Holds for rows named `jobs`. */
const isFree = `NOT EXISTS (
  SELECT 1 FROM jobs AS source WHERE source.id = jobs.task ->> '$.sourceJobId'
    AND source.status NOT IN ('done', 'failed', 'cancelled')
)`

/** Takes the next queued job that waits for no other one, marks it running, and returns it; null when there is none. */
export function claim(
  db: WritableDb,
  { owner, runIds, loaded = null, now }: ClaimOptions,
): Job | null {
  const row = getRow<{ id: string }>(
    db,
    `UPDATE jobs SET status = 'running', stage = 'loading', attempts = attempts + 1, error = NULL,
       wanted = NULL, started_at = coalesce(started_at, @now), ended_at = NULL,
       owner_id = @ownerId, owner_pid = @ownerPid, owner_started = @ownerStarted
     WHERE row_id = (
       WITH free AS (
         SELECT row_id, run_id, position, configuration_hash FROM jobs WHERE status = 'queued'
           AND (@runIds IS NULL OR run_id IN (SELECT value FROM json_each(@runIds)))
           AND run_id NOT IN (SELECT id FROM runs WHERE removed_at IS NOT NULL)
           AND ${isFree}
       )
       SELECT row_id FROM free
       WHERE @loaded IS NULL
         OR run_id = (SELECT run_id FROM free ORDER BY position, row_id LIMIT 1)
       ORDER BY
         @loaded IS NOT NULL AND configuration_hash IN (SELECT value FROM json_each(@loaded)) DESC,
         @loaded IS NOT NULL AND configuration_hash IN (
           SELECT configuration_hash FROM jobs WHERE status = 'running'
         ),
         position, row_id
       LIMIT 1
     ) RETURNING id`,
    {
      now,
      ownerId: owner.id,
      ownerPid: owner.pid,
      ownerStarted: owner.startedAt,
      runIds: runIds === null ? null : JSON.stringify(runIds),
      loaded: loaded === null ? null : JSON.stringify(loaded),
    },
  )
  return row === undefined ? null : jobs.get(db, row.id)
}

export interface Release {
  readonly id: string
  readonly ownerId: string
  readonly status: Exclude<JobStatus, 'running'>
  readonly error: AppError | null
  readonly now: number
}

/** Ends the ownership of a running job. Returns false when it was no longer this owner's. */
export function release(db: WritableDb, { id, ownerId, status, error, now }: Release): boolean {
  const { changes } = run(
    db,
    `UPDATE jobs SET status = @status, stage = NULL, error = @error, wanted = NULL,
       owner_id = NULL, owner_pid = NULL, owner_started = NULL,
       ended_at = CASE WHEN @status IN ('done', 'failed', 'cancelled') THEN @now END,
       retries_errors = CASE WHEN @status IN ('done', 'cancelled') THEN 0 ELSE retries_errors END
     WHERE id = @id AND owner_id = @ownerId`,
    { id, ownerId, status, error: error === null ? null : JSON.stringify(error), now },
  )
  return changes === 1
}

/** Owners of all running jobs. */
export function owners(db: ReadableDb): (Owner & { readonly jobId: string })[] {
  return all<{ id: string; owner_id: string; owner_pid: number; owner_started: string }>(
    db,
    `SELECT id, owner_id, owner_pid, owner_started FROM jobs WHERE status = 'running'`,
  ).map((row) => ({
    jobId: row.id,
    id: row.owner_id,
    pid: row.owner_pid,
    startedAt: row.owner_started,
  }))
}

export interface Transition {
  readonly id: string
  readonly from: readonly JobStatus[]
  readonly to: Exclude<JobStatus, 'running'>
  readonly now: number
}

/** Changes the state of a job that does not run. Returns false when it was in none of the `from` states. */
export function transition(db: WritableDb, { id, from, to, now }: Transition): boolean {
  const { changes } = run(
    db,
    `UPDATE jobs SET status = @to,
       error = CASE WHEN @to = 'queued' THEN NULL ELSE error END,
       ended_at = CASE WHEN @to = 'cancelled' THEN @now WHEN @to = 'queued' THEN NULL
         ELSE ended_at END
     WHERE id = @id AND status <> 'running'
       AND status IN (SELECT value FROM json_each(@from))`,
    { id, to, now, from: JSON.stringify(from) },
  )
  return changes === 1
}

/** From now on the job runs samples again that only have an error. */
export function retryErrors(db: WritableDb, id: string): void {
  run(db, 'UPDATE jobs SET retries_errors = 1 WHERE id = ?', [id])
}

/** Leaves a request for the owner, which may be another process. Returns false when the job does not run. */
export function want(db: WritableDb, { id, wanted }: { id: string; wanted: Wanted }): boolean {
  // Cancelling outweighs pausing.
  const { changes } = run(
    db,
    `UPDATE jobs SET wanted = CASE WHEN wanted = 'cancelled' THEN wanted ELSE ? END
     WHERE id = ? AND status = 'running'`,
    [wanted, id],
  )
  return changes === 1
}

export function wantedOf(db: ReadableDb, id: string): Wanted | null {
  return (
    getRow<{ wanted: Wanted | null }>(db, 'SELECT wanted FROM jobs WHERE id = ?', [id])?.wanted ??
    null
  )
}

/** Takes a running job from an owner that is known to be dead. Returns false when it is not its any more. */
export function interrupt(db: WritableDb, owner: Owner & { readonly jobId: string }): boolean {
  const { changes } = run(
    db,
    `UPDATE jobs SET status = 'interrupted', stage = NULL, wanted = NULL,
       owner_id = NULL, owner_pid = NULL, owner_started = NULL
     WHERE id = ? AND owner_id = ? AND status = 'running'`,
    [owner.jobId, owner.id],
  )
  return changes === 1
}

/**
 * Moves a waiting job before another one, or to the end. Throws `not-found` for an unknown job; returns false when
 * the job does not wait. Positions are fractions; all are written anew when two of them come too close.
 */
export function move(db: WritableDb, id: string, beforeId: string | null): boolean {
  return inTransaction(db, () => {
    const job = jobs.get(db, id)
    if (!waiting.includes(job.status)) return false
    if (beforeId === id) return true
    let position = freePosition(db, id, beforeId)
    if (position === null) {
      renumber(db)
      position = freePosition(db, id, beforeId)
    }
    if (position === null) throw notFound('free place before job', beforeId ?? 'end')
    run(db, 'UPDATE jobs SET position = ? WHERE id = ?', [position, id])
    return true
  })
}

export function count(db: ReadableDb): { running: number; queued: number } {
  const row = getRow<{ running: number; queued: number }>(
    db,
    `SELECT count(*) FILTER (WHERE status = 'running') AS running,
       count(*) FILTER (WHERE status = 'queued') AS queued
     FROM jobs WHERE status IN ('running', 'queued')`,
  )
  return row ?? { running: 0, queued: 0 }
}

function freePosition(db: ReadableDb, id: string, beforeId: string | null): number | null {
  if (beforeId === null) {
    const last = getRow<{ position: number }>(
      db,
      'SELECT coalesce(max(position), 0) AS position FROM jobs WHERE id <> ?',
      [id],
    )
    return (last?.position ?? 0) + 1
  }
  const upper = jobs.get(db, beforeId).position
  const previous = getRow<{ position: number | null }>(
    db,
    'SELECT max(position) AS position FROM jobs WHERE position < ? AND id <> ?',
    [upper, id],
  )
  const lower = previous?.position ?? upper - 2
  const middle = (lower + upper) / 2
  return middle > lower && middle < upper ? middle : null
}

function renumber(db: WritableDb): void {
  run(
    db,
    `UPDATE jobs SET position = numbered.place FROM (
       SELECT row_id, row_number() OVER (ORDER BY position, row_id) AS place FROM jobs
     ) AS numbered WHERE numbered.row_id = jobs.row_id`,
  )
}
