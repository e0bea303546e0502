/** The paired table of a comparison: one row per sample, one answer per column, flips first. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import type { ComparedPage, SampleFilter } from '#contract/comparisons'
import { ActbenchError } from '#contract/errors'
import { connectionKey, type ReadableDb, type SampleOrdering } from '../handle.ts'
import { readPage } from './compared-page.ts'
import { describeColumns, orderSamples } from './compared-order.ts'

/** Orderings kept: enough for a person to go back and forth between filters. */
const keptOrderings = 6

export interface ComparedQuery {
  /** The job of each column; null where that cell was not run. */
  readonly jobIds: readonly (string | null)[]
  /** Index of the baseline's column. */
  readonly baseline: number
  readonly filter: Omit<SampleFilter, 'suiteId'>
  /** `nextCursor` of the page before; null for the first one. */
  readonly cursor: string | null
  readonly limit: number
}

/**
 * One page by key. A flip is a sample whose value of the filter's scorer and variant differs from the baseline's in
 * some column; `raised` and `lowered` say which way. Throws `invalid-input` for a cursor that it did not give.
 */
export function page(db: ReadableDb, query: ComparedQuery): ComparedPage {
  const ordering = orderingOf(db, query)
  const start = query.cursor === null ? 0 : placeAfter(ordering, readCursor(query.cursor))
  const end = Math.min(start + query.limit, ordering.sampleIds.length)
  const { jobIds, baseline } = query
  const sampleIds = ordering.sampleIds.slice(start, end)
  return {
    samples: readPage(db, { jobIds, baseline, sampleIds, flips: ordering.flips - start }),
    nextCursor: end < ordering.sampleIds.length ? writeCursor(ordering, end - 1) : null,
    total: ordering.sampleIds.length,
  }
}

/** Sorting reads every pair once, so its result is kept until one of the jobs gets new samples or scores. */
function orderingOf(db: ReadableDb, query: ComparedQuery): SampleOrdering {
  const { orderings } = db[connectionKey]
  const columns = describeColumns(db, query)
  // Rows of removed jobs are numbered again: their ids tell an old job from a new one.
  const key = JSON.stringify([query.jobIds, columns, query.baseline, query.filter])
  const known = orderings.get(key)
  const ordering = known ?? orderSamples(db, { columns, ...query })
  // Re-inserting makes it the newest.
  orderings.delete(key)
  orderings.set(key, ordering)
  for (const oldest of orderings.keys()) {
    if (orderings.size <= keptOrderings) break
    orderings.delete(oldest)
  }
  return ordering
}

/** [is a flip, place in the suite, id] of the last sample that was given out. */
const cursorSchema = z.tuple([z.boolean(), z.number(), z.string()])
type Cursor = z.infer<typeof cursorSchema>

function writeCursor({ sampleIds, indexes, flips }: SampleOrdering, at: number): string {
  const cursor: Cursor = [at < flips, indexes[at] ?? 0, sampleIds[at] ?? '']
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function readCursor(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch (cause) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `cursor: expected the nextCursor of an earlier page, found ${text.slice(0, 60)}.`,
      remedy: 'Read from the first page on.',
      cause,
    })
  }
}

/** Index of the first sample behind the cursor, also when that very sample is gone. */
function placeAfter(ordering: SampleOrdering, cursor: Cursor): number {
  let low = 0
  let high = ordering.sampleIds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(ordering, middle, cursor)) high = middle
    else low = middle + 1
  }
  return low
}

function isAfter(ordering: SampleOrdering, at: number, [isFlip, index, id]: Cursor): boolean {
  const atIsFlip = at < ordering.flips
  if (atIsFlip !== isFlip) return isFlip
  const atIndex = ordering.indexes[at] ?? 0
  if (atIndex !== index) return atIndex > index
  return (ordering.sampleIds[at] ?? '') > id
}
