/** Stored samples, read as narrow lists or one by one in full. */
import type { SampleDetail } from '#contract/comparisons'
import { appErrorSchema } from '#contract/errors'
import type { StoredSample } from '#contract/jobs'
import type { Response, Sample } from '#contract/suites'
import type { ReadableDb } from '../handle.ts'
import { notFound, readNullableJson } from '../rows.ts'
import { all, get as getRow } from '../sql.ts'
import { fullColumns, toResponse, toSample, type FullRow, type ListRow } from './sample-rows.ts'
import { ofSamples } from './scores.ts'

export { record, type RecordOptions } from './record-samples.ts'

/** Longest prompt and answer in a list; the detail has all of it. */
const listTextLength = 400

/** Ids that a resumed job need not run again. With `errors` false those that only have an error are left out. */
export function doneIds(
  db: ReadableDb,
  { jobId, errors }: { jobId: string; errors: boolean },
): string[] {
  return all<{ sample_id: string }>(
    db,
    `SELECT sample_id FROM samples WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)
     ${errors ? '' : 'AND error IS NULL'} ORDER BY idx`,
    [jobId],
  ).map((row) => row.sample_id)
}

export interface ListOptions {
  readonly jobId: string
  /** Null: from the beginning (or the end). */
  readonly afterRowId: number | null
  readonly limit: number
  readonly newestFirst: boolean
}

/** A page of a job's samples in the order they were stored, by key. */
export function list(db: ReadableDb, options: ListOptions): StoredSample[] {
  const { jobId, afterRowId, limit, newestFirst } = options
  const rows = all<ListRow>(
    db,
    `SELECT samples.row_id, sample_id, idx, category, expectation, finish_reason, new_tokens,
       latency_ms, error, substr(prompt, 1, ${listTextLength}) AS prompt,
       substr(answer, 1, ${listTextLength}) AS answer
     FROM samples JOIN sample_texts USING (row_id)
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)
       AND samples.row_id ${newestFirst ? '<' : '>'} ?
     ORDER BY samples.row_id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
    [jobId, afterRowId ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 0), limit],
  )
  const scores = ofSamples(db, { jobId, sampleIds: rows.map((row) => row.sample_id) })
  return rows.map((row) => ({
    rowId: row.row_id,
    sampleId: row.sample_id,
    index: row.idx,
    category: row.category,
    expectation: row.expectation,
    prompt: row.prompt,
    answer: row.answer === null ? null : firstLine(row.answer),
    finishReason: row.finish_reason,
    newTokens: row.new_tokens,
    latencyMs: row.latency_ms,
    scores: scores.get(row.sample_id) ?? [],
    error: readNullableJson(appErrorSchema, row.error, 'samples.error'),
  }))
}

/** Everything about one sample. Throws `not-found`. */
export function detail(db: ReadableDb, rowId: number): SampleDetail {
  const row = getRow<FullRow & { job_id: string; configuration_name: string; suite_id: string }>(
    db,
    `SELECT ${fullColumns}, jobs.id AS job_id, jobs.configuration_name, jobs.suite_id
     FROM samples JOIN sample_texts USING (row_id) JOIN jobs ON jobs.row_id = samples.job_row
       JOIN runs ON runs.id = jobs.run_id AND removed_at IS NULL
     WHERE samples.row_id = ?`,
    [rowId],
  )
  if (row === undefined) throw notFound('sample', String(rowId))
  const { id, cluster: _, ...sample } = toSample(row)
  const scores = ofSamples(db, { jobId: row.job_id, sampleIds: [id] })
  return {
    ...sample,
    rowId: row.row_id,
    jobId: row.job_id,
    configurationName: row.configuration_name,
    suiteId: row.suite_id,
    sampleId: id,
    response: toResponse(row),
    scores: scores.get(id) ?? [],
  }
}

export interface AnsweredSample {
  readonly rowId: number
  readonly sample: Sample
  readonly response: Response
}

/** A page of answers in full, for judging them again: pass the last row id to read on. */
export function answered(
  db: ReadableDb,
  { jobId, afterRowId, limit }: { jobId: string; afterRowId: number; limit: number },
): AnsweredSample[] {
  const rows = all<FullRow>(
    db,
    `SELECT ${fullColumns} FROM samples JOIN sample_texts USING (row_id)
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)
       AND samples.row_id > ? AND answer IS NOT NULL
     ORDER BY samples.row_id LIMIT ?`,
    [jobId, afterRowId, limit],
  )
  return rows.flatMap((row) => {
    const response = toResponse(row)
    return response === null ? [] : [{ rowId: row.row_id, sample: toSample(row), response }]
  })
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? ''
}
