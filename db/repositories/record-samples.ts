/** Stores results of a job: each sample once, with its texts and scores, in step with the job's counters. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#contract/canonical'
import type { SampleResult } from '#contract/jobs'
import type { Response, Sample } from '#contract/suites'
import type { WritableDb } from '../handle.ts'
import { packIntegers, packLogProbs } from '../rows.ts'
import { get as getRow, inTransaction, run } from '../sql.ts'
import { openLiveScorings } from './live-scorings.ts'
import { rowOfJob } from './row-of-job.ts'

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
