/** Search over all stored prompts and answers. */
import type { CallOutput } from '#contract/calls'
import type { ReadableDb } from '../handle.ts'
import { searchCondition, searchTerms } from '../search-terms.ts'
import { all } from '../sql.ts'

export type SearchHit = CallOutput<'samples.search'>[number]

/** Characters shown on each side of the first word found. */
const excerptSide = 70

interface HitRow {
  readonly row_id: number
  readonly job_id: string
  readonly run_id: string
  readonly sample_id: string
  readonly suite_id: string
  readonly configuration_name: string
  readonly prompt: string
  readonly answer: string | null
}

/** Samples that hold every word of `text`, newest first; none when it holds no word. */
export function find(
  db: ReadableDb,
  { text, limit }: { text: string; limit: number },
): SearchHit[] {
  const condition = searchCondition(text, 'samples.row_id')
  if (condition === null) return []
  const rows = all<HitRow>(
    db,
    `SELECT samples.row_id, jobs.id AS job_id, run_id, sample_id, suite_id, configuration_name,
       prompt, answer
     FROM samples JOIN sample_texts USING (row_id) JOIN jobs ON jobs.row_id = samples.job_row
       JOIN runs ON runs.id = jobs.run_id AND removed_at IS NULL
     WHERE ${condition.sql} ORDER BY samples.row_id DESC LIMIT ?`,
    [...condition.parameters, limit],
  )
  const terms = searchTerms(text)
  return rows.map((row) => ({
    rowId: row.row_id,
    jobId: row.job_id,
    runId: row.run_id,
    sampleId: row.sample_id,
    suiteId: row.suite_id,
    configurationName: row.configuration_name,
    excerpt: excerpt([row.answer ?? '', row.prompt], terms),
  }))
}

/** The surroundings of the first word that one of the texts holds, on one line. */
function excerpt(texts: readonly string[], terms: readonly string[]): string {
  for (const text of texts) {
    const lower = text.toLowerCase()
    for (const term of terms) {
      const at = lower.indexOf(term.toLowerCase())
      if (at >= 0) return cut(text, at - excerptSide, at + term.length + excerptSide)
    }
  }
  return cut(texts.find((text) => text !== '') ?? '', 0, 2 * excerptSide)
}

function cut(text: string, from: number, to: number): string {
  const piece = text.slice(Math.max(0, from), to).replace(/\s+/gu, ' ').trim()
  return `${from > 0 ? '…' : ''}${piece}${to < text.length ? '…' : ''}`
}
