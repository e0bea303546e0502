/** Runs over rows whose columns are no plain sequence: branches beside each other, and gaps where rows differ in length. */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from './cancel.ts'
import type { TreeNode } from './continuation-tree.ts'
import type { KvCache } from './kv-cache.ts'
import { largestWidth, pieces } from './segments.ts'
import type { StepResult, Stepper } from './stepper.ts'
import { alwaysVisible } from './stepper.ts'

/** What follows the cached tokens of a row. */
export interface BranchRow {
  /** Tokens of the row that the cache holds, padding and gaps aside. */
  readonly cached: number
  /** A plain sequence. */
  readonly lead: readonly number[]
  /** What branches off behind it. */
  readonly nodes: readonly TreeNode[]
  /** The run reaches to this position, which must lie behind all others; null: as far as it needs. */
  readonly reach: number | null
}

export interface Column {
  readonly id: number
  readonly position: number
  /** First column of the row that does not see it. */
  readonly visibleUntil: number
}

export interface GridRequest {
  /** As many rows, padded at the left at most. */
  readonly cache: KvCache
  /** The last columns in the cache of each row; what the cache holds before them is seen by all. */
  readonly visible: readonly (readonly Column[])[]
  /** New columns, equally many of each row. */
  readonly grid: readonly (readonly Column[])[]
  /** Where logits are read. The target is recorded, and the log-probabilities of the watched tokens at each place. */
  readonly reads: readonly {
    readonly row: number
    readonly column: number
    readonly target: number
  }[]
  readonly watchIds: readonly number[]
  readonly keepsCache: boolean
}

export interface BranchOptions {
  readonly signal?: AbortSignal | undefined
  /** Told the tokens of each run, padding included. */
  readonly onRead?: ((tokens: number) => void) | undefined
}

/** The rows as columns of one width, at the right of the run; what fills a row up is seen by itself only. */
export function layOut(
  rows: readonly BranchRow[],
  cachedColumns: number,
): readonly (readonly Column[])[] {
  const width = Math.max(...rows.map(widthOf))
  return rows.map(({ cached, lead, nodes, reach }) => {
    const branching = cachedColumns + width - nodes.length
    return [
      ...Array.from({ length: width - nodes.length - lead.length }, (_, column) => ({
        id: 0,
        position: column === 0 && reach !== null ? reach : 0,
        visibleUntil: cachedColumns + column + 1,
      })),
      ...lead.map((id, index) => ({ id, position: cached + index, visibleUntil: alwaysVisible })),
      ...nodes.map(({ id, depth, end }) => ({
        id,
        position: cached + lead.length + depth,
        visibleUntil: branching + end,
      })),
    ]
  })
}

function widthOf({ lead, nodes, reach }: BranchRow): number {
  return lead.length + nodes.length + (reach === null ? 0 : 1)
}

/** Log-probabilities [reads] and [reads, watched]. What is too wide for one run goes before it, but no column that is read. */
export async function readGrid(
  stepper: Stepper,
  request: GridRequest,
  options: BranchOptions,
): Promise<StepResult> {
  const { grid, reads } = request
  const start = startOfLast(stepper, request)
  let { cache, visible } = request
  // In one run, the rows end where it ends.
  const told = start > 0 ? { textTokens: grid.map(lengthOf) } : {}
  const take = async (from: number, to: number, last: boolean): Promise<StepResult> => {
    const columns = grid.map((row) => row.slice(from, to))
    const result = await runColumns(
      stepper,
      {
        ...{ cache, visible, columns, ...told },
        select: last ? reads.map(({ row, column }) => row * (to - from) + column - from) : [0],
        forced: last ? reads.map(({ target }) => target) : [0],
        watchIds: last ? request.watchIds : [],
        keepsCache: last ? request.keepsCache : true,
      },
      options,
    )
    visible = visible.map((row, at) => [...row, ...columns[at]])
    return result
  }
  const most = largestWidth({ ...stepper, rows: grid.length, seq: cache.length + grid[0].length })
  for (const piece of start > 0 ? pieces(start, most) : []) {
    cache = (await take(piece.start, piece.end, false)).cache ?? cache
    await setImmediate()
    throwIfCancelled(options.signal)
  }
  return take(start, grid[0].length, true)
}

/** Tokens of a row that ends with these columns. */
function lengthOf(row: readonly Column[]): number {
  return 1 + Math.max(...row.map(({ position }) => position))
}

function startOfLast(stepper: Stepper, { cache, grid, reads }: GridRequest): number {
  const width = grid[0].length
  const most = largestWidth({ ...stepper, rows: grid.length, seq: cache.length + width })
  if (width <= most) return 0
  const first = Math.min(...reads.map(({ column }) => column))
  return Math.min(first, width - Math.min(most, Math.ceil(width / 2)))
}

function runColumns(
  stepper: Stepper,
  work: {
    readonly cache: KvCache
    readonly visible: readonly (readonly Column[])[]
    readonly columns: readonly (readonly Column[])[]
    readonly textTokens?: readonly number[]
    readonly select: readonly number[]
    readonly forced: readonly number[]
    readonly watchIds: readonly number[]
    readonly keepsCache: boolean
  },
  { onRead }: BranchOptions,
): Promise<StepResult> {
  const { cache, columns, visible, select } = work
  const { length, pad } = cache
  onRead?.(columns.length * columns[0].length)
  const untilOf = ({ visibleUntil }: Column) => visibleUntil
  return stepper.run({
    ...work,
    ids: columns.flatMap((row) => row.map(({ id }) => id)),
    batch: columns.length,
    branches: {
      visibleUntil: columns.flatMap((row, at) => [
        ...Array.from({ length: length - visible[at].length }, () => alwaysVisible),
        ...visible[at].map(untilOf),
        ...row.map(untilOf),
      ]),
      skipped: columns.flatMap((row, at) =>
        row.map(({ position }, column) => length + column - pad[at] - position),
      ),
    },
    steps: 1,
    sampling: { temperature: 0, topK: 0, topP: 1 },
    stopIds: [],
    finishedLimit: select.length,
  })
}
