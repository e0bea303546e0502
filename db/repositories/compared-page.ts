/** Reads the texts and scores of one page of compared samples. */
import type { ComparedSample } from '#contract/comparisons'
import { appErrorSchema } from '#contract/errors'
import type { ReadableDb } from '../handle.ts'
import { readNullableJson } from '../rows.ts'
import { all, get as getRow } from '../sql.ts'
import { ofSamples } from './scores.ts'

export interface PageQuery {
  readonly jobIds: readonly (string | null)[]
  readonly baseline: number
  /** In page order. */
  readonly sampleIds: readonly string[]
  /** So many at the front are flips; zero or less: none. */
  readonly flips: number
}

interface AnswerRow {
  readonly row_id: number
  readonly sample_id: string
  readonly idx: number
  readonly category: string | null
  readonly expectation: string
  readonly new_tokens: number
  readonly error: string | null
  readonly prompt: string
  readonly answer: string | null
  readonly token_ids: Uint8Array | null
}

type Answer = NonNullable<ComparedSample['answers'][number]>

interface ColumnAnswers {
  readonly modelId: string | null
  readonly rows: ReadonlyMap<string, AnswerRow>
  readonly scores: ReturnType<typeof ofSamples>
}

export function readPage(db: ReadableDb, query: PageQuery): ComparedSample[] {
  const columns = query.jobIds.map((jobId) => readColumn(db, jobId, query.sampleIds))
  const base = columns[query.baseline] ?? null
  return query.sampleIds.flatMap((sampleId, place) => {
    const baseRow = base?.rows.get(sampleId)
    const first = baseRow ?? columns.flatMap((column) => column?.rows.get(sampleId) ?? []).at(0)
    if (first === undefined) return []
    return [
      {
        sampleId,
        index: first.idx,
        category: first.category,
        expectation: first.expectation,
        prompt: first.prompt,
        isFlip: place < query.flips,
        answers: columns.map((column) => toAnswer(column, base, sampleId)),
      },
    ]
  })
}

function readColumn(
  db: ReadableDb,
  jobId: string | null,
  sampleIds: readonly string[],
): ColumnAnswers | null {
  if (jobId === null) return null
  const job = getRow<{ model_id: string }>(db, 'SELECT model_id FROM jobs WHERE id = ?', [jobId])
  const rows = all<AnswerRow>(
    db,
    `SELECT samples.row_id, sample_id, idx, category, expectation, new_tokens, samples.error, prompt,
       answer, token_ids
     FROM samples JOIN sample_texts USING (row_id)
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = ?)
       AND sample_id IN (SELECT value FROM json_each(?))`,
    [jobId, JSON.stringify(sampleIds)],
  )
  return {
    modelId: job?.model_id ?? null,
    rows: new Map(rows.map((row) => [row.sample_id, row])),
    scores: ofSamples(db, { jobId, sampleIds }),
  }
}

function toAnswer(
  column: ColumnAnswers | null,
  base: ColumnAnswers | null,
  sampleId: string,
): Answer | null {
  const row = column?.rows.get(sampleId)
  if (column === null || row === undefined) return null
  // Token ids of two models mean different things.
  const baseRow = base?.modelId === column.modelId ? base?.rows.get(sampleId) : undefined
  return {
    rowId: row.row_id,
    answer: row.answer,
    newTokens: row.new_tokens,
    scores: column.scores.get(sampleId) ?? [],
    errorMessage: readNullableJson(appErrorSchema, row.error, 'samples.error')?.message ?? null,
    firstDivergence: firstDivergence(baseRow?.token_ids ?? null, row.token_ids),
  }
}

/** Index of the first int32 that differs; where one answer goes on after the other, the index of its first token more. */
function firstDivergence(a: Uint8Array | null, b: Uint8Array | null): number | null {
  if (a === null || b === null) return null
  const shared = Math.min(a.byteLength, b.byteLength)
  for (let byte = 0; byte < shared; byte += 1) {
    if (a[byte] !== b[byte]) return byte >> 2
  }
  return a.byteLength === b.byteLength ? null : shared >> 2
}
