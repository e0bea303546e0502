/** One run over rows that end in a tree: each branch sees what leads to it and nothing of the branches beside it. */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from './cancel.ts'
import type { TreeNode } from './continuation-tree.ts'
import type { KvCache } from './kv-cache.ts'
import { largestWidth, pieces } from './segments.ts'
import type { StepResult, Stepper } from './stepper.ts'
import { alwaysVisible } from './stepper.ts'

/** What follows the cached tokens of a row. */
export interface BranchRow {
  /** A plain sequence. */
  readonly lead: readonly number[]
  /** What branches off behind it. */
  readonly nodes: readonly TreeNode[]
  /** The run reaches to this position, which must lie behind all others; null: as far as it needs. */
  readonly reach: number | null
}

interface Column {
  readonly id: number
  readonly position: number
  /** First column of the row that does not see it. */
  readonly visibleUntil: number
}

export interface BranchRequest {
  readonly rows: readonly BranchRow[]
  /** As many rows, padded at the left at most. */
  readonly cache: KvCache
  /**
   * Whose logits are read: a node of a row, or -1 for the last token of its lead. The target is recorded, and the log-probabilities
   * of the watched tokens at each of them.
   */
  readonly reads: readonly {
    readonly row: number
    readonly place: number
    readonly target: number
  }[]
  readonly watchIds: readonly number[]
}

export interface BranchOptions {
  readonly signal?: AbortSignal | undefined
  /** Told the tokens of each run, padding included. */
  readonly onRead?: ((tokens: number) => void) | undefined
}

/** Log-probabilities [reads] and [reads, watched]; the cache of what was read is not kept. */
export async function readBranches(
  stepper: Stepper,
  request: BranchRequest,
  options: BranchOptions = {},
): Promise<StepResult> {
  const { rows, reads, watchIds } = request
  const width = Math.max(...rows.map(widthOf))
  const grid = rows.map((row, at) => layOut(row, { width, at, cache: request.cache }))
  const wanted = reads.map(({ row, place }) => ({
    row,
    column: width - rows[row].nodes.length + place,
  }))
  const first = Math.min(...wanted.map(({ column }) => column))
  const { cache, start } = await readAhead(stepper, { ...request, grid, width, first }, options)
  const seq = width - start
  return runColumns(
    stepper,
    {
      cache,
      columns: grid.map((row) => row.slice(start)),
      visible: grid.map((row) => row.slice(0, start)),
      select: wanted.map(({ row, column }) => row * seq + column - start),
      forced: reads.map(({ target }) => target),
      watchIds,
      keepsCache: false,
    },
    options,
  )
}

function widthOf({ lead, nodes, reach }: BranchRow): number {
  return lead.length + nodes.length + (reach === null ? 0 : 1)
}

/** The columns of a row, at the right of the run; what fills it up is seen by itself only. */
function layOut(
  { lead, nodes, reach }: BranchRow,
  place: { readonly width: number; readonly at: number; readonly cache: KvCache },
): readonly Column[] {
  const { width, at, cache } = place
  const tokens = cache.length - cache.pad[at]
  const branching = cache.length + width - nodes.length
  const fillers = width - nodes.length - lead.length
  return [
    ...Array.from({ length: fillers }, (_, column) => ({
      id: 0,
      position: column === 0 && reach !== null ? reach : 0,
      visibleUntil: cache.length + column + 1,
    })),
    ...lead.map((id, index) => ({ id, position: tokens + index, visibleUntil: alwaysVisible })),
    ...nodes.map(({ id, depth, end }) => ({
      id,
      position: tokens + lead.length + depth,
      visibleUntil: branching + end,
    })),
  ]
}

/** Brings what does not fit into one run into the cache; all columns from `first` on are left for the last one. */
async function readAhead(
  stepper: Stepper,
  work: BranchRequest & {
    readonly grid: readonly (readonly Column[])[]
    readonly width: number
    readonly first: number
  },
  options: BranchOptions,
): Promise<{ cache: KvCache; start: number }> {
  const { grid, width, first } = work
  let { cache } = work
  const most = largestWidth({ ...stepper, rows: grid.length, seq: cache.length + width })
  if (width <= most) return { cache, start: 0 }
  const ahead = Math.min(first, width - Math.min(most, Math.ceil(width / 2)))
  for (const { start, end } of ahead > 0 ? pieces(ahead, most) : []) {
    const request = {
      cache,
      columns: grid.map((row) => row.slice(start, end)),
      visible: grid.map((row) => row.slice(0, start)),
      ...{ select: [0], forced: [0], watchIds: [], keepsCache: true },
    }
    const result = await runColumns(stepper, request, options)
    cache = result.cache ?? cache
    await setImmediate()
    throwIfCancelled(options.signal)
  }
  return { cache, start: ahead }
}

/** `visible`: columns of the same rows that are in the cache by now; what the cache held before them is seen by all. */
async function runColumns(
  stepper: Stepper,
  work: {
    readonly cache: KvCache
    readonly columns: readonly (readonly Column[])[]
    readonly visible: readonly (readonly Column[])[]
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
