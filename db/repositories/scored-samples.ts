/** Samples of whole jobs with their current scores: what statistics read, hundreds of thousands at a time. */
import type { ScoredSample, ScoredSamples, ScoredValue } from '#contract/stored-samples'
import type { ReadableDb } from '../handle.ts'
import { all, allRaw } from '../sql.ts'
import { findRowOfJob } from './row-of-job.ts'

/**
 * All samples of each job by place in the suite, with their current scores. Unknown jobs have no entry. They lie in columns and
 * become objects one by one: as objects, those of four configurations on all of MASSIVE took 2 GB.
 */
export function forJobs(db: ReadableDb, jobIds: readonly string[]): Map<string, ScoredSamples> {
  const samplesOfJobs = new Map<string, ScoredSamples>()
  const texts = new Map<string, string>()
  for (const jobId of jobIds) {
    const jobRow = findRowOfJob(db, jobId)
    if (jobRow !== null) samplesOfJobs.set(jobId, forJob(db, { jobRow, texts }))
  }
  return samplesOfJobs
}

/** One entry per sample in each. */
interface Columns {
  readonly ids: string[]
  readonly categories: (string | null)[]
  readonly clusters: (string | null)[]
  readonly errored: boolean[]
  /** Scores of each name, in the order in which a sample lists them. */
  readonly series: readonly Series[]
}

interface Series {
  readonly scorer: string
  readonly variant: string
  readonly name: string
  /** NaN: no value. */
  readonly values: Float64Array
  /** NaN: this sample has no such score. */
  readonly weights: Float64Array
}

/** `texts`: equal ids and categories of all jobs are one string. */
function forJob(
  db: ReadableDb,
  { jobRow, texts }: { jobRow: number; texts: Map<string, string> },
): ScoredSamples {
  const shared = (text: string): string => {
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return known ?? text
  }
  const columns = readSamples(db, { jobRow, shared })
  const places = new Map(columns.ids.map((id, place) => [id, place]))
  const series = currentScorings(db, jobRow).flatMap((scoring) =>
    readScores(db, { scoring, places }),
  )
  return walkable({ ...columns, series })
}

function readSamples(
  db: ReadableDb,
  { jobRow, shared }: { jobRow: number; shared: (text: string) => string },
): Omit<Columns, 'series'> {
  const columns: Omit<Columns, 'series'> = { ids: [], categories: [], clusters: [], errored: [] }
  const rows = allRaw<[string, string | null, string | null, number]>(
    db,
    `SELECT sample_id, category, cluster, error IS NOT NULL FROM samples
     WHERE job_row = ? ORDER BY idx, sample_id`,
    [jobRow],
  )
  for (const [sampleId, category, cluster, errored] of rows) {
    columns.ids.push(shared(sampleId))
    columns.categories.push(category === null ? null : shared(category))
    columns.clusters.push(cluster === null ? null : shared(cluster))
    columns.errored.push(errored === 1)
  }
  return columns
}

interface CurrentScoring {
  readonly id: number
  readonly scorer: string
  readonly variant: string
}

function currentScorings(db: ReadableDb, jobRow: number): CurrentScoring[] {
  return all(
    db,
    `SELECT id, scorer, variant FROM scorings
     WHERE job_row = ? AND is_current = 1 ORDER BY id`,
    [jobRow],
  )
}

/** One series for each name that the scorer gives, by name. */
function readScores(
  db: ReadableDb,
  { scoring, places }: { scoring: CurrentScoring; places: ReadonlyMap<string, number> },
): Series[] {
  const { id, scorer, variant } = scoring
  const byName = new Map<string, Series>()
  for (const [sampleId, name, value, weight] of walkScores(db, id)) {
    const place = places.get(sampleId)
    if (place === undefined) continue
    let series = byName.get(name)
    if (series === undefined) {
      const values = new Float64Array(places.size).fill(NaN)
      const weights = new Float64Array(places.size).fill(NaN)
      series = { scorer, variant, name, values, weights }
      byName.set(name, series)
    }
    series.values[place] = value ?? NaN
    series.weights[place] = weight
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

type ScoreTuple = [sampleId: string, name: string, value: number | null, weight: number]

/** Rows at a time: few enough to be forgotten soon, and faster than one by one. */
const scoresAtOnce = 20_000

function* walkScores(db: ReadableDb, scoringId: number): Iterable<ScoreTuple> {
  let after: readonly [string, string] | null = ['', '']
  while (after !== null) {
    const rows: ScoreTuple[] = allRaw<ScoreTuple>(
      db,
      `SELECT sample_id, name, value, weight FROM scores
       WHERE scoring_id = ? AND (sample_id, name) > (?, ?) ORDER BY sample_id, name LIMIT ?`,
      [scoringId, ...after, scoresAtOnce],
    )
    yield* rows
    const last = rows.at(-1)
    after = last === undefined || rows.length < scoresAtOnce ? null : [last[0], last[1]]
  }
}

function walkable(columns: Columns): ScoredSamples {
  const { ids } = columns
  return {
    length: ids.length,
    *[Symbol.iterator]() {
      for (let place = 0; place < ids.length; place++) yield sampleAt(columns, place)
    },
  }
}

function sampleAt(columns: Columns, place: number): ScoredSample {
  const scores: ScoredValue[] = []
  for (const { scorer, variant, name, values, weights } of columns.series) {
    const weight = weights[place] ?? NaN
    if (Number.isNaN(weight)) continue
    const value = values[place] ?? NaN
    scores.push({ scorer, variant, name, value: Number.isNaN(value) ? null : value, weight })
  }
  return {
    sampleId: columns.ids[place] ?? '',
    category: columns.categories[place] ?? null,
    cluster: columns.clusters[place] ?? null,
    errored: columns.errored[place] ?? false,
    scores,
  }
}
