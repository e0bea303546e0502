/**
 * Greedy allocation block by block, on the plain graph: each block runs by itself on what the untouched model hands it, under
 * masks whose thresholds change from run to run.
 */
import { ActbenchError } from '#contract/errors'
import { fuse } from '../blocks/fuse.ts'
import type { Graph } from '../graph/ir.ts'
import { partBetween } from '../graph/part.ts'
import { siteValue } from '../graph/rewrite.ts'
import { siteBlock } from '../graph/sites.ts'
import { maskGraph, thresholdInput } from '../interventions/masked-sites.ts'
import { maskedTokens } from '../interventions/masked-tokens.ts'
import { statisticOf } from '../interventions/site-inputs.ts'
import { type FittedStatistics, scalarInput } from '../interventions/types.ts'
import type { Session } from '../runtime/session.ts'
import type { ObservedRunner, TensorLike } from '../runtime/types.ts'
import { thresholdAt } from '../stats/magnitude-quantiles.ts'
import { allocateGreedily, allocationTables } from './greedy-allocation.ts'
import { splitWindows } from './observe.ts'
import { productParameters } from './products.ts'

export interface BlockRequest {
  readonly graph: Graph
  readonly runner: ObservedRunner
  readonly openSession: (graph: Graph) => Promise<Session>
  /** Names of sites that linear products read, in any blocks. */
  readonly sites: readonly string[]
  /** Has the quantiles of these sites. */
  readonly fitted: FittedStatistics
  readonly rule: 'absolute' | 'symmetric'
  readonly ids: readonly number[]
  readonly signal: AbortSignal
  readonly onBlock: (done: number, total: number) => void
}

/** A block runs about a thousand times: of the text so many tokens are read, in two rows. The release reads 20,480. */
export const allocationTokens = 128

/** The error counts at this share of the tokens, the last ones. As released. */
const countedShare = 0.25

const prefix = 'allocation'

/** For each site its sparsity where that of its block is 0, 0.01, ..., 0.9 (see allocationTables). Throws `incompatible` for two stacks. */
export async function fitBlockSparsities(
  request: BlockRequest,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { graph, sites, runner, onBlock } = request
  const blocks = Map.groupBy(sites, blockOf)
  const size = Math.min(allocationTokens / 2, runner.contextLength)
  const rows = splitWindows(request.ids.slice(0, allocationTokens), size).filter(
    ({ length }) => length === size,
  )
  const found = new Map<string, readonly number[]>()
  let done = 0
  for (const [block, own] of blocks) {
    onBlock(done++, blocks.size)
    const parameters = own.map((site) => productParameters(graph, site))
    const run = await openBlock(request, { block, sites: own, rows })
    try {
      const path = await allocateGreedily(parameters, run.errorAt)
      const tables = allocationTables(path, parameters)
      own.forEach((site, at) => found.set(site, tables[at]))
    } finally {
      await run.close()
    }
  }
  return found
}

function blockOf(site: string): string {
  const block = siteBlock(site)
  if (block !== null && !site.startsWith('encoder.')) return `blocks.${block}`
  throw new ActbenchError({
    code: 'incompatible',
    message: `${site}: expected a site in a block of a model of one stack.`,
    remedy: 'Choose the uniform allocation.',
  })
}

interface BlockRun {
  /** Error of the block's output at these sparsities of its sites. */
  readonly errorAt: (sparsities: readonly number[]) => Promise<number>
  readonly close: () => Promise<void>
}

async function openBlock(
  { graph, runner, openSession, fitted, rule, signal }: BlockRequest,
  own: {
    readonly block: string
    readonly sites: readonly string[]
    readonly rows: readonly (readonly number[])[]
  },
): Promise<BlockRun> {
  const { block, sites, rows } = own
  const { graph: placed, tokensOf } = maskedTokens(graph, prefix, 'last-half')
  const masked = maskGraph({ graph: placed, prefix, sites, tokensOf })
  const from = siteValue(masked, `${block}.hook_resid_pre`)
  const to = siteValue(masked, `${block}.hook_resid_post`)
  const fed = await blockFeeds(runner, { site: `${block}.hook_resid_pre`, name: from.name, rows })
  const session = await openSession(fuse(partBetween(masked, { from, to })))
  const [output] = session.outputNames
  const outputAt = async (sparsities: readonly number[]): Promise<Float32Array> => {
    signal.throwIfAborted()
    const feeds = new Map(fed)
    for (const [at, site] of sites.entries()) {
      const table = statisticOf(fitted, site, 'quantiles')[rule]
      const threshold = sparsities[at] === 0 ? 0 : thresholdAt(table, sparsities[at])
      feeds.set(thresholdInput(prefix, site), scalarInput(threshold))
    }
    const used = new Map([...feeds].filter(([name]) => session.inputNames.includes(name)))
    const result = (await session.run(used, [output])).get(output)
    return requireFloats(result?.dtype === 'float32' ? result.data : undefined, output)
  }
  const exact = await outputAt(sites.map(() => 0))
  const shape = { rows: rows.length, tokens: rows[0].length }
  return {
    errorAt: async (sparsities) => outputError(exact, await outputAt(sparsities), shape),
    close: () => session.close(),
  }
}

/** The residual stream in front of the block, [rows, tokens, dModel], and what tells where tokens stand. */
async function blockFeeds(
  runner: ObservedRunner,
  own: {
    readonly site: string
    readonly name: string
    readonly rows: readonly (readonly number[])[]
  },
): Promise<ReadonlyMap<string, TensorLike>> {
  const { site, name, rows } = own
  const seen: Float32Array[] = []
  for (const row of rows) {
    const values = await runner.activations(row, [site])
    seen.push(requireFloats(values.get(site)?.data, site))
  }
  const tokens = rows[0].length
  const data = new Float32Array(seen.length * seen[0].length)
  seen.forEach((values, at) => data.set(values, at * seen[0].length))
  const ids = BigInt64Array.from(rows.flat(), BigInt)
  const pad = new BigInt64Array(rows.length)
  return new Map<string, TensorLike>([
    [name, { dtype: 'float32', shape: [rows.length, tokens, seen[0].length / tokens], data }],
    ['input_ids', { dtype: 'int64', shape: [rows.length, tokens], data: ids }],
    ['pad', { dtype: 'int64', shape: [rows.length], data: pad }],
  ])
}

/** An error over no numbers would be NaN, and every step as good as any. */
function requireFloats(data: Float32Array | undefined, name: string): Float32Array {
  if (data !== undefined && data.length > 0) return data
  throw new ActbenchError({
    code: 'internal',
    message: `${name}: expected float32 from a run of its block, found none.`,
  })
}

/** Both [rows, tokens, width]: L2 over the last quarter of the tokens, mean over rows and channels. */
export function outputError(
  exact: Float32Array,
  found: Float32Array,
  { rows, tokens }: { readonly rows: number; readonly tokens: number },
): number {
  const width = exact.length / (rows * tokens)
  const first = tokens - Math.max(1, Math.floor(tokens * countedShare))
  let total = 0
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < width; channel++) {
      let squares = 0
      for (let token = first; token < tokens; token++) {
        const at = (row * tokens + token) * width + channel
        squares += (found[at] - exact[at]) ** 2
      }
      total += Math.sqrt(squares)
    }
  }
  return total / (rows * width)
}
