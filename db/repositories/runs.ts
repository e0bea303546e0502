/** Runs: the jobs that were queued together from one plan. */
import type { Run, RunDetail } from '#contract/jobs'
import { planSchema, type Plan } from '#contract/plans'
import type { ReadableDb, WritableDb } from '../handle.ts'
import { notFound, readJson } from '../rows.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'
import { create as createJobs, forRuns, type NewJob } from './jobs.ts'

export { isSwept, remove, sweep } from './removed-runs.ts'

interface RunRow {
  readonly id: string
  readonly name: string
  readonly created_at: number
}

export interface NewRun {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly plan: Plan
}

/** Newest first, with their jobs. */
export function list(db: ReadableDb): Run[] {
  const rows = all<RunRow>(
    db,
    `SELECT id, name, created_at FROM runs WHERE removed_at IS NULL
     ORDER BY created_at DESC, id`,
  )
  const jobs = Map.groupBy(
    forRuns(
      db,
      rows.map((row) => row.id),
    ),
    (job) => job.runId,
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    jobs: jobs.get(row.id) ?? [],
  }))
}

/** Ids of the runs whose plan searches a worst setting, newest first. */
export function searching(db: ReadableDb): string[] {
  return all<{ id: string }>(
    db,
    `SELECT id FROM runs WHERE plan ->> '$.search' IS NOT NULL AND removed_at IS NULL
     ORDER BY created_at DESC, id`,
  ).map(({ id }) => id)
}

/** Throws `not-found`. */
export function get(db: ReadableDb, id: string): RunDetail {
  const row = getRow<RunRow & { readonly plan: string }>(
    db,
    'SELECT id, name, created_at, plan FROM runs WHERE id = ? AND removed_at IS NULL',
    [id],
  )
  if (row === undefined) throw notFound('run', id)
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    plan: readJson(planSchema, row.plan, 'runs.plan'),
    jobs: forRuns(db, [id]),
  }
}

/** Stores a run and queues its jobs, in order, in one transaction. */
export function create(db: WritableDb, newRun: NewRun, jobs: readonly NewJob[]): RunDetail {
  return inTransaction(db, () => {
    run(db, 'INSERT INTO runs (id, name, created_at, plan) VALUES (?, ?, ?, ?)', [
      newRun.id,
      newRun.name,
      newRun.createdAt,
      JSON.stringify(newRun.plan),
    ])
    createJobs(db, jobs)
    return get(db, newRun.id)
  })
}
