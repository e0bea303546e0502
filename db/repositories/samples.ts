/** Stored samples: written once each, read as narrow lists or one by one in full. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '#contract/canonical'
import type { SampleDetail } from '#contract/comparisons'
import { appErrorSchema } from '#contract/errors'
import type { SampleResult, StoredSample } from '#contract/jobs'
import { responseSchema, sampleSchema } from '#contract/suites'
import type { Expectation, Response, Sample } from '#contract/suites'
import type { ReadableDb, WritableDb } from '../handle.ts'
import {
  notFound,
  packIntegers,
  packLogProbs,
  readJson,
  readNullableJson,
  unpackIntegers,
  unpackLogProbs,
} from '../rows.ts'
import { all, get as getRow, inTransaction, run } from '../sql.ts'
import { openLiveScorings } from './live-scorings.ts'
import { ofSamples } from './scores.ts'

/** Longest prompt and answer in a list; the detail has all of it. */
const listTextLength = 400

export interface RecordOptions {
  readonly jobId: string
  readonly results: readonly SampleResult[]
  readonly now: number
}

/**
 * Stores results with their scores in one transaction and moves the job's counters with them. A sample that is stored
 * already is left as it is, unless all it has is an error: then the new result takes its place. Returns how many were
 * stored. Throws `incompatible` when a score's version is not that of the job's earlier scores.
 */
export function record(db: WritableDb, { jobId, results, now }: RecordOptions): number {
  return inTransaction(db, () => {
    const jobRow = rowOfJob(db, jobId)
    const scorings = openLiveScorings(db, jobRow, now)
    let stored = 0
    for (const result of results) {
      const rowId = insertSample(db, { jobRow, result, now })
      if (rowId === null) continue
      insertTexts(db, rowId, result)
      for (const score of result.scores) scorings.add(result.sample.id, score)
      stored += 1
    }
    countSamples(db, jobRow)
    return stored
  })
}

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

const taskSchema = sampleSchema.pick({ choices: true, gold: true, answer: true, utterance: true })
const choicesSchema = responseSchema.shape.choices.unwrap()
const understandingSchema = responseSchema.shape.understanding.unwrap()

interface ListRow {
  readonly row_id: number
  readonly sample_id: string
  readonly idx: number
  readonly category: string | null
  readonly expectation: Expectation
  readonly finish_reason: Response['finishReason'] | null
  readonly new_tokens: number
  readonly latency_ms: number | null
  readonly error: string | null
  readonly prompt: string
  readonly answer: string | null
}

interface FullRow extends ListRow {
  readonly cluster: string | null
  readonly prompt_tokens: number
  readonly rendered_prompt: string | null
  readonly token_ids: Uint8Array | null
  readonly token_log_probs: Uint8Array | null
  readonly metadata: string
  readonly task: string | null
  readonly choices: string | null
  readonly understanding: string | null
}

const fullColumns = `samples.row_id, sample_id, idx, category, cluster, expectation, finish_reason,
  prompt_tokens, new_tokens, latency_ms, samples.error, prompt, answer, rendered_prompt, token_ids,
  token_log_probs, metadata, sample_texts.task, choices, understanding`

function toSample(row: FullRow): Sample {
  return {
    id: row.sample_id,
    index: row.idx,
    prompt: row.prompt,
    expectation: row.expectation,
    category: row.category,
    cluster: row.cluster,
    metadata: readJson(z.record(z.string(), z.string()), row.metadata, 'sample_texts.metadata'),
    ...readNullableJson(taskSchema, row.task, 'sample_texts.task'),
  }
}

function toResponse(row: FullRow): Response | null {
  if (row.answer === null || row.finish_reason === null) return null
  const choices = readNullableJson(choicesSchema, row.choices, 'sample_texts.choices')
  const understanding = readNullableJson(
    understandingSchema,
    row.understanding,
    'sample_texts.understanding',
  )
  return {
    text: row.answer,
    renderedPrompt: row.rendered_prompt ?? row.prompt,
    promptTokens: row.prompt_tokens,
    tokenIds: row.token_ids === null ? [] : unpackIntegers(row.token_ids),
    tokenLogProbs: row.token_log_probs === null ? [] : unpackLogProbs(row.token_log_probs),
    finishReason: row.finish_reason,
    latencyMs: row.latency_ms ?? 0,
    ...(choices === null ? {} : { choices }),
    ...(understanding === null ? {} : { understanding }),
  }
}

interface NewSample {
  readonly jobRow: number
  readonly result: SampleResult
  readonly now: number
}

/** Returns the new row's id, null when this sample has a result already. */
function insertSample(db: WritableDb, { jobRow, result, now }: NewSample): number | null {
  const { sample, response, error } = result
  if (error === null) {
    dropErrored(db, jobRow, sample.id)
  }
  const inserted = getRow<{ row_id: number }>(
    db,
    `INSERT INTO samples (
       job_row, sample_id, idx, category, cluster, expectation, sample_hash, finish_reason,
       prompt_tokens, new_tokens, latency_ms, error, recorded_at
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (job_row, sample_id) DO NOTHING RETURNING row_id`,
    [
      jobRow,
      sample.id,
      sample.index,
      sample.category,
      sample.cluster,
      sample.expectation,
      createHash('sha256').update(canonicalJson(sample)).digest('hex'),
      response?.finishReason ?? null,
      response?.promptTokens ?? 0,
      response?.tokenIds.length ?? 0,
      response?.latencyMs ?? null,
      error === null ? null : JSON.stringify(error),
      now,
    ],
  )
  return inserted?.row_id ?? null
}

function dropErrored(db: WritableDb, jobRow: number, sampleId: string): void {
  const { changes } = run(
    db,
    'DELETE FROM samples WHERE job_row = ? AND sample_id = ? AND error IS NOT NULL',
    [jobRow, sampleId],
  )
  if (changes === 0) return
  run(
    db,
    `DELETE FROM scores WHERE sample_id = ?
       AND scoring_id IN (SELECT id FROM scorings WHERE job_row = ?)`,
    [sampleId, jobRow],
  )
}

function insertTexts(db: WritableDb, rowId: number, { sample, response }: SampleResult): void {
  run(
    db,
    `INSERT INTO sample_texts (
       row_id, prompt, answer, rendered_prompt, token_ids, token_log_probs, metadata, task, choices,
       understanding
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      rowId,
      sample.prompt,
      response?.text ?? null,
      renderedApart(sample, response),
      response === null ? null : packIntegers(response.tokenIds),
      response === null ? null : packLogProbs(response.tokenLogProbs),
      JSON.stringify(sample.metadata),
      taskText(sample),
      nullableJson(response?.choices),
      nullableJson(response?.understanding),
    ],
  )
}

/** Null where the model saw the prompt as it is: a text need not be stored twice. */
function renderedApart(sample: Sample, response: Response | null): string | null {
  if (response === null || response.renderedPrompt === sample.prompt) return null
  return response.renderedPrompt
}

function nullableJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

/** JSON of what a sample has beyond its prompt, null when there is nothing. */
function taskText({ choices, gold, answer, utterance }: Sample): string | null {
  const task = { choices, gold, answer, utterance }
  return Object.values(task).every((part) => part === undefined) ? null : JSON.stringify(task)
}

/** Counted from the rows themselves, so that the counters cannot drift from them. */
function countSamples(db: WritableDb, jobRow: number): void {
  run(
    db,
    `UPDATE jobs SET
       done = (SELECT count(*) FROM samples WHERE job_row = @jobRow),
       failed = (SELECT count(*) FROM samples WHERE job_row = @jobRow AND error IS NOT NULL)
     WHERE row_id = @jobRow`,
    { jobRow },
  )
}

function rowOfJob(db: ReadableDb, jobId: string): number {
  const row = getRow<{ row_id: number }>(db, 'SELECT row_id FROM jobs WHERE id = ?', [jobId])
  if (row === undefined) throw notFound('job', jobId)
  return row.row_id
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? ''
}
