/** Which samples a comparison's filter lets through, and in which order. */
import type { SampleFilter } from '#contract/comparisons'
import type { ReadableDb, SampleOrdering } from '../handle.ts'
import { aboutCondition } from '../about-condition.ts'
import { searchCondition } from '../search-terms.ts'
import { all, allRaw, type SqlValue } from '../sql.ts'

/** A column's job and its current scoring by the filter's scorer; with its counters, what an ordering depends on. */
export interface Column {
  readonly jobRow: number
  readonly scoringId: number | null
  readonly done: number
  readonly failed: number
  readonly total: number | null
  /** Equal texts and all samples stored: the same samples. */
  readonly selection: string
}

export interface OrderQuery {
  readonly jobIds: readonly (string | null)[]
  readonly baseline: number
  readonly filter: Omit<SampleFilter, 'suiteId'>
}

/** One per job id; null for a column without a job. */
export function describeColumns(db: ReadableDb, query: OrderQuery): (Column | null)[] {
  const rows = all<{
    id: string
    row_id: number
    scoring_id: number | null
    done: number
    failed: number
    total: number | null
    selection: string
  }>(
    db,
    `SELECT jobs.id, jobs.row_id, scorings.id AS scoring_id, done, failed, total,
       json_array(suite_version, data_hash,
         json_extract(suite_options, '$.limit', '$.shuffleSeed', '$.spread', '$.only', '$.locales',
           '$.partition')) AS selection
     FROM jobs LEFT JOIN scorings ON scorings.job_row = jobs.row_id AND is_current = 1
       AND scorer = ? AND variant = ?
     WHERE jobs.id IN (SELECT value FROM json_each(?))`,
    [query.filter.scorer, query.filter.variant, JSON.stringify(query.jobIds)],
  )
  const columns = new Map(
    rows.map(({ id, row_id: jobRow, scoring_id: scoringId, ...rest }): [string, Column] => [
      id,
      { jobRow, scoringId, ...rest },
    ]),
  )
  return query.jobIds.map((id) => (id === null ? null : (columns.get(id) ?? null)))
}

export function orderSamples(
  db: ReadableDb,
  { columns, baseline, filter }: OrderQuery & { columns: readonly (Column | null)[] },
): SampleOrdering {
  const moves = findMoves(db, { columns, baseline, name: filter.name })
  const isShown = shownBy(db, { columns, filter, moves })
  const flips: SampleTuple[] = []
  const others: SampleTuple[] = []
  for (const sample of candidates(db, { columns, baseline, filter })) {
    if (!isShown(sample[0])) continue
    if (moves.has(sample[0])) flips.push(sample)
    else others.push(sample)
  }
  const ordered = [...flips.sort(byPlace), ...others.sort(byPlace)]
  return {
    sampleIds: ordered.map(([sampleId]) => sampleId),
    indexes: Int32Array.from(ordered, ([, index]) => index),
    flips: flips.length,
  }
}

/** Sample id and place in the suite. */
type SampleTuple = readonly [sampleId: string, index: number]

function byPlace(a: SampleTuple, b: SampleTuple): number {
  return a[1] - b[1] || (a[0] < b[0] ? -1 : 1)
}

const raised = 1
const lowered = 2

/** Samples whose value moved from the baseline's in some column: bit 1 went up, bit 2 went down. */
function findMoves(
  db: ReadableDb,
  query: {
    readonly columns: readonly (Column | null)[]
    readonly baseline: number
    readonly name: string | undefined
  },
): Map<string, number> {
  const { columns, baseline, name = null } = query
  const moves = new Map<string, number>()
  const base = columns[baseline]?.scoringId ?? null
  if (base === null) return moves
  for (const [index, column] of columns.entries()) {
    if (index === baseline || column === null || column.scoringId === null) continue
    const rows = allRaw<[string, number]>(
      db,
      `SELECT base.sample_id, CASE WHEN other.value > base.value THEN ${raised} ELSE ${lowered} END
       FROM scores AS base CROSS JOIN scores AS other
         ON other.scoring_id = ? AND other.sample_id = base.sample_id AND other.name = base.name
       WHERE base.scoring_id = ? AND other.value <> base.value AND base.name = coalesce(?, base.name)`,
      [column.scoringId, base, name],
    )
    for (const [sampleId, move] of rows) moves.set(sampleId, (moves.get(sampleId) ?? 0) | move)
  }
  return moves
}

interface Shown {
  readonly columns: readonly (Column | null)[]
  readonly filter: OrderQuery['filter']
  readonly moves: ReadonlyMap<string, number>
}

function shownBy(db: ReadableDb, { columns, filter, moves }: Shown): (sampleId: string) => boolean {
  switch (filter.show) {
    case 'all':
      return () => true
    case 'flips':
      return (sampleId) => moves.has(sampleId)
    case 'raised':
      return (sampleId) => ((moves.get(sampleId) ?? 0) & raised) !== 0
    case 'lowered':
      return (sampleId) => ((moves.get(sampleId) ?? 0) & lowered) !== 0
    case 'unscored': {
      const ids = unscoredIds(db, columns, filter.name)
      return (sampleId) => ids.has(sampleId)
    }
    case 'errors': {
      const ids = erroredIds(db, columns)
      return (sampleId) => ids.has(sampleId)
    }
  }
}

/** What has no value because there is nothing to count in it is judged: it has no weight, and another label. */
function unscoredIds(
  db: ReadableDb,
  columns: readonly (Column | null)[],
  name: string | null = null,
): Set<string> {
  const scoringIds = columns.flatMap((column) => column?.scoringId ?? [])
  const rows = allRaw<[string]>(
    db,
    `SELECT sample_id FROM scores
     WHERE scoring_id IN (SELECT value FROM json_each(?)) AND value IS NULL
       AND (weight > 0 OR label = 'unscored') AND name = coalesce(?, name)`,
    [JSON.stringify(scoringIds), name],
  )
  return new Set(rows.map(([sampleId]) => sampleId))
}

function erroredIds(db: ReadableDb, columns: readonly (Column | null)[]): Set<string> {
  const rows = allRaw<[string]>(
    db,
    `SELECT sample_id FROM samples
     WHERE job_row IN (SELECT value FROM json_each(?)) AND error IS NOT NULL`,
    [JSON.stringify(columns.flatMap((column) => column?.jobRow ?? []))],
  )
  return new Set(rows.map(([sampleId]) => sampleId))
}

interface Candidates {
  readonly columns: readonly (Column | null)[]
  readonly baseline: number
  readonly filter: OrderQuery['filter']
}

/** Every sample of the columns once, within category and search. A sample is found when any column's texts match. */
function candidates(db: ReadableDb, { columns, baseline, filter }: Candidates): SampleTuple[] {
  const read = [
    searchCondition(filter.search, 'samples.row_id'),
    filter.about === undefined ? null : aboutCondition(filter.about, 'samples.row_id'),
  ].filter((condition) => condition !== null)
  // Complete jobs of one selection hold the same samples: one of them will do, unless their answers are read.
  const jobRows = read.length === 0 ? distinctJobs(columns, baseline) : rowsOf(columns)
  const conditions = ['job_row IN (SELECT value FROM json_each(?))']
  const parameters: SqlValue[] = [JSON.stringify(jobRows)]
  if (filter.category !== null) {
    conditions.push('category = ?')
    parameters.push(filter.category)
  }
  for (const condition of read) {
    conditions.push(condition.sql)
    parameters.push(...condition.parameters)
  }
  // One query for all jobs: a search must walk its index once, not once per column.
  const rows = allRaw<SampleTuple>(
    db,
    `SELECT sample_id, idx FROM samples WHERE ${conditions.join(' AND ')}`,
    parameters,
  )
  return jobRows.length === 1 ? rows : [...new Map(rows.map((row) => [row[0], row])).values()]
}

function rowsOf(columns: readonly (Column | null)[]): number[] {
  return [...new Set(columns.flatMap((column) => column?.jobRow ?? []))]
}

function distinctJobs(columns: readonly (Column | null)[], baseline: number): number[] {
  const complete = new Set<string>()
  const rows: number[] = []
  for (const column of [columns[baseline] ?? null, ...columns]) {
    if (column === null || rows.includes(column.jobRow)) continue
    const isComplete = column.total !== null && column.done >= column.total
    if (isComplete && complete.has(column.selection)) continue
    if (isComplete) complete.add(column.selection)
    rows.push(column.jobRow)
  }
  return rows
}
