/** Which tokens a mask touches, told from their positions alone. */
import { ActbenchError } from '#contract/errors'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/ir.ts'
import { addInput, addValue, regionsOf } from '../graph/rewrite.ts'
import { positionsSite } from '../graph/sites.ts'
import { readsInPieces, textTokensInput } from '../graph/text-tokens.ts'

/**
 * `last-half`: of a text of T tokens the last floor(T / 2), and every token that is generated (TEAL's release). `none`: generated
 * tokens only. T is the number of tokens that the model reads of the row, whether in one run or, where the text is long, piece by
 * piece; of what follows a context it is told by run. A step of one token behind the text is a generated one.
 */
export type PromptMask = 'all' | 'last-half' | 'none'

/** float32 [batch, seq] for a site, by its stack: 1 for tokens that are masked, else 0. */
export type TokensOf = (site: string) => Value

/**
 * Null: all are, and the graph is the same. In a text-to-text model the source is the prompt, so `none` leaves its encoder alone.
 * Throws `incompatible` for `none` in a model that generates nothing.
 */
export function maskedTokens(
  graph: Graph,
  prefix: string,
  prompt: PromptMask,
): { readonly graph: Graph; readonly tokensOf: TokensOf | null } {
  if (prompt === 'all') return { graph, tokensOf: null }
  if (prompt === 'none') requireGeneration(graph)
  const isMasked = prompt === 'none' ? isGenerated : isInLastHalf
  const byStack = new Map<string, Value>()
  const declared = readsInPieces(graph) ? addTextTokens(graph) : { graph, value: null }
  const { value: textTokens } = declared
  let changed = declared.graph
  for (const [site, positions] of graph.sites) {
    if (site !== positionsSite(site)) continue
    const added = addValue(changed, prefix, (builder) =>
      builder.cast(isMasked(builder, { positions, textTokens }), 'float32'),
    )
    changed = added.graph
    byStack.set(site, added.value)
  }
  return { graph: changed, tokensOf: (site) => ofStack(byStack, site) }
}

/** One for all interventions of a configuration. */
function addTextTokens(graph: Graph): { readonly graph: Graph; readonly value: Value } {
  const known = graph.inputs.find(({ name }) => name === textTokensInput)
  if (known !== undefined) return { graph, value: known }
  return addInput(graph, { name: textTokensInput, dtype: 'int64', shape: ['batch'] })
}

function ofStack(byStack: ReadonlyMap<string, Value>, site: string): Value {
  const value = byStack.get(positionsSite(site))
  if (value !== undefined) return value
  throw new ActbenchError({
    code: 'incompatible',
    message: `${site}: expected a site ${positionsSite(site)} that says where tokens stand, found none.`,
  })
}

/** Somewhere tokens must not see those behind them: the model writes. */
function requireGeneration(graph: Graph): void {
  const regions = regionsOf(graph, 'attention')
  const writes = regions.some(({ parameters }) => parameters['seesAhead'] !== 1)
  if (writes || regions.length === 0) return
  throw new ActbenchError({
    code: 'incompatible',
    message:
      'prefill none: this model reads whole texts and generates nothing, so no token would be masked.',
    remedy: 'Choose all tokens, or the last half.',
  })
}

interface Places {
  /** int64 [batch, seq] */
  readonly positions: Value
  /** int64 [batch]; null where a run reads all of the text. */
  readonly textTokens: Value | null
}

/** T = p_max + 1, and p >= ceil(T / 2) is 2 p > p_max in integers; it holds for every p > 0 that comes alone behind the text. */
function isInLastHalf(builder: GraphBuilder, { positions, textTokens }: Places): Value {
  const exact = builder.cast(positions, 'float32')
  const read = builder.reduceMax(exact, [1], true)
  const doubled = builder.mul(exact, builder.float32(2))
  if (textTokens === null) return builder.greater(doubled, read)
  const told = builder.sub(builder.cast(textTokens, 'float32'), builder.float32(1))
  const last = builder.max(read, builder.unsqueeze(told, [1]))
  return builder.greater(doubled, last)
}

function isGenerated(builder: GraphBuilder, { positions, textTokens }: Places): Value {
  const isAlone = builder.equal(builder.shapeOf(positions, 1, 2), builder.int64([1]))
  const isBehind = builder.and(isAlone, builder.greater(positions, builder.int64Scalar(0)))
  if (textTokens === null) return isBehind
  const ends = builder.unsqueeze(textTokens, [1])
  return builder.and(isBehind, builder.greaterOrEqual(positions, ends))
}
