/** Where scores go that arrive with their samples: the job's current scoring of that scorer and variant. */
import { ActbenchError } from '#contract/errors'
import type { Score } from '#contract/suites'
import type { WritableDb } from '../handle.ts'
import { get as getRow, run } from '../sql.ts'

export interface LiveScorings {
  readonly add: (sampleId: string, score: Score) => void
}

/** `add` throws `incompatible` when earlier answers of the job were judged by another version of the scorer. */
export function openLiveScorings(db: WritableDb, jobRow: number, now: number): LiveScorings {
  const ids = new Map<string, number>()
  return {
    add: (sampleId, score) => {
      const key = JSON.stringify([score.scorer, score.variant, score.version])
      let id = ids.get(key)
      if (id === undefined) {
        id = currentScoring(db, { jobRow, score, now })
        ids.set(key, id)
      }
      insertScore(db, { scoringId: id, sampleId, score })
    },
  }
}

export function insertScore(
  db: WritableDb,
  { scoringId, sampleId, score }: { scoringId: number; sampleId: string; score: Score },
): void {
  run(
    db,
    `INSERT INTO scores (scoring_id, sample_id, name, value, weight, label, evidence)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [scoringId, sampleId, score.name, score.value, score.weight, score.label, score.evidence],
  )
}

interface ScoringOf {
  readonly jobRow: number
  readonly score: Score
  readonly now: number
}

function currentScoring(db: WritableDb, { jobRow, score, now }: ScoringOf): number {
  const { scorer, variant, version } = score
  const current = getRow<{ id: number; version: number }>(
    db,
    `SELECT id, version FROM scorings
     WHERE job_row = ? AND scorer = ? AND variant = ? AND is_current = 1`,
    [jobRow, scorer, variant],
  )
  if (current === undefined) {
    const inserted = run(
      db,
      `INSERT INTO scorings (job_row, scorer, variant, version, scored_at, is_current)
       VALUES (?, ?, ?, ?, ?, 1)`,
      [jobRow, scorer, variant, version, now],
    )
    return Number(inserted.lastInsertRowid)
  }
  if (current.version === version) return current.id
  throw new ActbenchError({
    code: 'incompatible',
    message: `${scorer} (${variant}): the job's stored answers were judged by version ${current.version}, new ones by version ${version}.`,
    remedy: 'Judge the stored answers again with the new version, then resume the job.',
  })
}
