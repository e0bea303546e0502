/** Where scores go that arrive with their samples: the job's current scoring of that scorer and variant. */
import { ActbenchError } from '#contract/errors'
import type { Score } from '#contract/suites'
import type { WritableDb } from '../handle.ts'
import { beginScoring, currentScoring, insertScore } from './scoring-rows.ts'

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
        id = scoringFor(db, { jobRow, score, now })
        ids.set(key, id)
      }
      insertScore(db, { scoringId: id, sampleId, score })
    },
  }
}

function scoringFor(
  db: WritableDb,
  { jobRow, score, now }: { jobRow: number; score: Score; now: number },
): number {
  const { scorer, variant, version } = score
  const current = currentScoring(db, { jobRow, scorer, variant })
  if (current === null) return beginScoring(db, { jobRow, scorer, variant, version, now })
  if (current.version === version) return current.id
  throw new ActbenchError({
    code: 'incompatible',
    message: `${scorer} (${variant}): the job's stored answers were judged by version ${current.version}, new ones by version ${version}.`,
    remedy: 'Judge the stored answers again with the new version, then resume the job.',
  })
}
