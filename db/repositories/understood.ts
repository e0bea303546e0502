/** What models took utterances for, beside what they are: page by page, since a locale-rich suite has 154,648 of them. */
import { z } from 'zod'
import type { UnderstoodSample } from '#contract/stored-samples'
import type { ReadableDb } from '../handle.ts'
import { readJson, readNullableJson } from '../rows.ts'
import { all } from '../sql.ts'

/** `rowId`: where the next page goes on. */
export interface PagedSample extends UnderstoodSample {
  readonly rowId: number
}

export interface UnderstoodQuery {
  readonly jobId: string
  /** Null: all. */
  readonly locale: string | null
  /** 0: from the beginning; then the last row id. */
  readonly afterRowId: number
  readonly limit: number
}

/** Samples without an utterance are passed over. Throws `storage`. */
export function page(db: ReadableDb, query: UnderstoodQuery): PagedSample[] {
  const { jobId, locale, afterRowId, limit } = query
  const rows = all<UnderstoodRow>(
    db,
    `SELECT samples.row_id, sample_id, cluster, metadata->>'$.scenario' AS domain,
       task->'$.utterance' AS utterance, task->'$.choices' AS intents, choices, understanding
     FROM samples JOIN sample_texts USING (row_id)
     WHERE job_row = (SELECT row_id FROM jobs WHERE id = @jobId) AND samples.row_id > @afterRowId
       AND (@locale IS NULL OR category = @locale) AND utterance IS NOT NULL
     ORDER BY samples.row_id LIMIT @limit`,
    { jobId, locale, afterRowId, limit },
  )
  return rows.map(toUnderstood)
}

interface UnderstoodRow {
  readonly row_id: number
  readonly sample_id: string
  readonly cluster: string | null
  readonly domain: string | null
  readonly utterance: string
  readonly intents: string | null
  readonly choices: string | null
  readonly understanding: string | null
}

const understandingSchema = z.object({ intent: z.string(), labels: z.array(z.string()) })
const intentsSchema = z.array(z.string())
const choicesSchema = z.array(z.object({ logProb: z.number() }))

function toUnderstood(row: UnderstoodRow): PagedSample {
  const intents = readNullableJson(intentsSchema, row.intents, 'sample_texts.task')
  const choices = readNullableJson(choicesSchema, row.choices, 'sample_texts.choices')
  return {
    rowId: row.row_id,
    sampleId: row.sample_id,
    cluster: row.cluster,
    domain: row.domain,
    gold: readJson(understandingSchema, row.utterance, 'sample_texts.task'),
    predicted: readNullableJson(
      understandingSchema,
      row.understanding,
      'sample_texts.understanding',
    ),
    ranked:
      intents === null || choices === null
        ? null
        : { intents, logProbs: choices.map(({ logProb }) => logProb) },
  }
}
