/** Reads sites of the forward graph: all tokens of single rows for probe and calibration, last tokens of batches for studies. */
import { ActbenchError } from '#contract/errors'
import { fuse } from '../blocks/fuse.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { keepOutputs, siteValue } from '../graph/rewrite.ts'
import { f16ArrayToF32 } from '../tensor/half.ts'
import type { Session } from './session.ts'
import { int64 } from './stepper.ts'
import type { SiteActivation, TensorLike } from './types.ts'

export interface Observer {
  /** Values at sites for one row, each [seq, ...] in float32. */
  readonly observe: (
    ids: readonly number[],
    sites: readonly string[],
  ) => Promise<ReadonlyMap<string, SiteActivation>>
  /** Values at sites for the last token of rows of one length, each [rows, ...] in float32. */
  readonly observeLast: (
    rows: readonly (readonly number[])[],
    sites: readonly string[],
  ) => Promise<ReadonlyMap<string, SiteActivation>>
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

/** Inputs of a graph that stand for rows of one length. */
export type RowFeeds = (rows: readonly (readonly number[])[]) => ReadonlyMap<string, TensorLike>

type Tokens = 'all' | 'last'

/** Keeps one session, for the sites that were asked for last. */
export function createObserver(options: {
  readonly whole: Graph
  /** Read at every run, so that changed inputs take effect. */
  readonly extras: ReadonlyMap<string, TensorLike>
  /** Absent: the rows are `input_ids`. */
  readonly feeds?: RowFeeds | undefined
  readonly open: (graph: Graph) => Promise<Session>
}): Observer {
  const { whole, extras, feeds: feedsOf = plainFeeds, open } = options
  let current: { session: Session; tokens: Tokens; names: ReadonlyMap<string, string> } | null =
    null

  const prepare = async (sites: readonly string[], tokens: Tokens) => {
    const isFit = current?.tokens === tokens && sites.every((site) => current?.names.has(site))
    if (current !== null && isFit) return current
    await current?.session.close()
    current = null
    const { graph, values } = tokens === 'all' ? allTokens(whole, sites) : lastTokens(whole, sites)
    const unique = new Map(values.map((value) => [value.name, value]))
    const kept = keepOutputs(graph, [...unique.values()])
    const fused = fuse(kept)
    // Fusing renames what it replaces; outputs keep their order.
    const renamed = new Map(kept.outputs.map((value, at) => [value.name, fused.outputs[at].name]))
    const names = sites.map((site, at): [string, string] => [
      site,
      renamed.get(values[at].name) ?? values[at].name,
    ])
    current = { session: await open(fused), tokens, names: new Map(names) }
    return current
  }

  const run = async (
    rows: readonly (readonly number[])[],
    sites: readonly string[],
    tokens: Tokens,
  ) => {
    const { session, names } = await prepare(sites, tokens)
    const feeds = new Map([...feedsOf(rows), ...extras])
    const used = new Map([...feeds].filter(([name]) => session.inputNames.includes(name)))
    const nameOf = (site: string): string => names.get(site) ?? ''
    const result = await session.run(used, [...new Set(sites.map(nameOf))])
    return sites.map((site) => [site, result.get(nameOf(site))] as const)
  }

  return {
    isOpen: () => current !== null,
    async observe(ids, sites) {
      const values = await run([ids], sites, 'all')
      return new Map(values.map(([site, tensor]) => [site, toActivation(tensor, 1)]))
    },
    async observeLast(rows, sites) {
      requireOneLength(rows)
      const values = await run(rows, sites, 'last')
      return new Map(values.map(([site, tensor]) => [site, toActivation(tensor, 0)]))
    },
    async close() {
      await current?.session.close()
      current = null
    },
  }
}

function plainFeeds(rows: readonly (readonly number[])[]): ReadonlyMap<string, TensorLike> {
  const none = rows.map(() => 0)
  return new Map([
    ['input_ids', int64(rows.flat(), [rows.length, rows[0].length])],
    ['pad', int64(none, [rows.length])],
  ])
}

function allTokens(graph: Graph, sites: readonly string[]) {
  return { graph, values: sites.map((site) => siteValue(graph, site)) }
}

/** The last token of each row is taken in the graph, so that no others are copied out of it. */
function lastTokens(whole: Graph, sites: readonly string[]) {
  const builder = createBuilder({ name: whole.name, from: whole })
  const values = sites.map((site) =>
    builder.gather(siteValue(whole, site), builder.int64Scalar(-1), 1),
  )
  return { graph: builder.finish(), values }
}

function requireOneLength(rows: readonly (readonly number[])[]): void {
  const lengths = new Set(rows.map((row) => row.length))
  if (lengths.size === 1) return
  throw new ActbenchError({
    code: 'internal',
    message: `Rows to observe: expected one length, found ${[...lengths].join(', ') || 'no rows'}.`,
  })
}

/** float32, without so many leading axes (which have one element). */
function toActivation(tensor: TensorLike | undefined, dropped: number): SiteActivation {
  const shape = tensor?.shape.slice(dropped) ?? []
  if (tensor?.dtype === 'float32') return { shape, data: tensor.data }
  if (tensor?.dtype === 'float16') return { shape, data: f16ArrayToF32(tensor.data) }
  throw new ActbenchError({
    code: 'internal',
    message: `Site: expected floating point values, found ${tensor?.dtype ?? 'nothing'}.`,
  })
}
