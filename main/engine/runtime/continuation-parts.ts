/** Rows of continuations cut into what one run can hold, and what a run finds of them. */
import type { ContinuationTree } from './continuation-tree.ts'
import { contextPlace, continuationTree } from './continuation-tree.ts'
import type { StepResult } from './stepper.ts'
import type { ContinuationRow } from './types.ts'

/** A row with what is known of its continuations so far. */
export interface Entry extends ContinuationRow {
  readonly index: number
  readonly logProbs: readonly Float32Array[]
  readonly isGreedy: boolean[]
}

/** Continuations of one row that are read together. */
export interface Part {
  readonly entry: Entry
  /** Their places in the row. */
  readonly at: readonly number[]
  readonly tree: ContinuationTree
}

/** The continuations at these places, in parts that read `mostPlaces` logits each at most (a single one may need more). */
export function cutParts(entry: Entry, at: readonly number[], mostPlaces: number): Part[] {
  const { continuations } = entry
  const tree = continuationTree(at.map((place) => continuations[place]))
  if (at.length === 1 || tree.nodes.length < mostPlaces) return [{ entry, at, tree }]
  const middle = Math.ceil(at.length / 2)
  return [at.slice(0, middle), at.slice(middle)].flatMap((half) =>
    cutParts(entry, half, mostPlaces),
  )
}

/** Neighbours in `items` that share a run: as many as the limits let, padded to the widest of them. */
export function batchesOf<T>(
  items: readonly T[],
  limits: {
    readonly rows: number
    readonly tokens: number
    /** Tokens that the item takes of a run. */
    readonly widthOf: (item: T) => number
    /** Logits that are read of all items together. */
    readonly places?: number
    readonly placesOf?: (item: T) => number
  },
): T[][] {
  const { rows, tokens, widthOf, places = Infinity, placesOf = () => 0 } = limits
  const batches: T[][] = []
  let widest = 0
  let placed = 0
  for (const item of items) {
    const batch = batches.at(-1)
    const width = Math.max(widest, widthOf(item))
    const fits =
      batch !== undefined &&
      batch.length < rows &&
      width * (batch.length + 1) <= tokens &&
      placed + placesOf(item) <= places
    if (fits) batch.push(item)
    else batches.push([item])
    widest = fits ? width : widthOf(item)
    placed = (fits ? placed : 0) + placesOf(item)
  }
  return batches
}

/** A place whose logits are read, and the tokens that somebody expects there. */
interface Read {
  readonly row: number
  readonly place: number
  readonly targets: Set<number>
}

/**
 * What to read for the parts of a run, a row each, and how to take it in. `skipsContext`: the first token of each continuation is
 * known already. Only where several tokens are expected at one place are they watched; they are few.
 */
export function planReads(
  parts: readonly Part[],
  { skipsContext }: { readonly skipsContext: boolean },
): {
  /** A node of the row's tree, or the context's last token. */
  readonly reads: readonly {
    readonly row: number
    readonly place: number
    readonly target: number
  }[]
  readonly watchIds: readonly number[]
  readonly record: (result: StepResult) => void
} {
  const byPlace = parts.map(() => new Map<number, Read>())
  const eachToken = (
    visit: (at: {
      part: number
      own: number
      token: number
      place: number
      target: number
    }) => void,
  ): void => {
    for (const [part, { entry, at, tree }] of parts.entries()) {
      for (const [index, own] of at.entries()) {
        for (const [token, place] of tree.places[index].entries()) {
          if (skipsContext && place === contextPlace) continue
          visit({ part, own, token, place, target: entry.continuations[own][token] })
        }
      }
    }
  }
  eachToken(({ part, place, target }) => {
    const read = byPlace[part].get(place) ?? { row: part, place, targets: new Set<number>() }
    read.targets.add(target)
    byPlace[part].set(place, read)
  })
  const reads = byPlace.flatMap((places) => [...places.values()])
  const indexOf = new Map(reads.map((read, index) => [read, index]))
  const forced = reads.map(({ targets }) => [...targets][0])
  const watchIds = [...new Set(reads.flatMap(({ targets }) => [...targets].slice(1)))]
  const watchedAt = new Map(watchIds.map((id, index) => [id, index]))
  return {
    reads: reads.map(({ row, place }, index) => ({ row, place, target: forced[index] })),
    watchIds,
    record: ({ logProbs, watched, best }) => {
      eachToken(({ part, own, token, place, target }) => {
        const read = byPlace[part].get(place)
        const index = read === undefined ? -1 : (indexOf.get(read) ?? -1)
        const { entry } = parts[part]
        const column = watchedAt.get(target) ?? 0
        entry.logProbs[own][token] =
          forced[index] === target ? logProbs[index] : watched[index * watchIds.length + column]
        if (Number(best[index]) !== target) entry.isGreedy[own] = false
      })
    },
  }
}
