/** Which utterances a filter is about, as a search condition: those of an intent that a model took for another, of a slot, of a domain. */
import type { SampleFilter } from '#contract/comparisons'
import type { SearchCondition } from './search-terms.ts'

/** Tables of errors cut a name that a model wrote to so many characters. */
const longestName = 80

/** Where intents were ranked, the likeliest of them, the first of several, is what the utterance was taken for. */
const takenFor = `coalesce(texts.understanding->>'$.intent', (
    SELECT json_extract(texts.task, '$.choices[' || ranked.key || ']')
    FROM json_each(texts.choices) AS ranked ORDER BY ranked.value->>'$.logProb' DESC, ranked.key LIMIT 1
  ))`

/** `rowId` is SQL of ours, e.g. `samples.row_id`. */
export function aboutCondition(
  about: NonNullable<SampleFilter['about']>,
  rowId: string,
): SearchCondition {
  const { sql, parameters } = conditionOf(about)
  return {
    sql: `EXISTS (SELECT 1 FROM sample_texts AS texts WHERE texts.row_id = ${rowId} AND (${sql}))`,
    parameters,
  }
}

function conditionOf(about: NonNullable<SampleFilter['about']>): SearchCondition {
  switch (about.kind) {
    case 'intent':
      return {
        sql: `texts.task->>'$.utterance.intent' = ? AND substr(${takenFor}, 1, ${longestName}) = ?`,
        parameters: [about.name, about.takenFor],
      }
    case 'slot':
      return {
        sql: `EXISTS (
            SELECT 1 FROM json_each(texts.task, '$.utterance.labels')
            WHERE substr(value, 1, ${longestName}) = ?
          ) OR EXISTS (
            SELECT 1 FROM json_each(texts.understanding, '$.labels')
            WHERE substr(value, 1, ${longestName}) = ?
          )`,
        parameters: [about.name, about.name],
      }
    case 'domain':
      return { sql: `texts.metadata->>'$.scenario' = ?`, parameters: [about.name] }
  }
}
