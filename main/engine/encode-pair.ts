/** A context and what follows it as tokens, the way lm-evaluation-harness cuts them (TemplateLM._encode_pair, _loglikelihood_tokens). */
import { ActbenchError } from '#contract/errors'
import type { ChoicesRequest } from './suites/index.ts'
import type { Tokenizer } from './tokenizer/types.ts'

export interface TokenPair {
  readonly context: readonly number[]
  readonly continuation: readonly number[]
}

type Encoder = Pick<Tokenizer, 'encode' | 'bosId' | 'eosIds'>

/** The pairs of a request: of its one context, or of one for each continuation. */
export function encodeChoices(
  tokenizer: Encoder,
  request: Pick<ChoicesRequest, 'context' | 'contexts' | 'continuations'>,
): TokenPair[] {
  const { contexts, continuations } = request
  if (contexts === undefined) return encodePairs(tokenizer, request)
  return contexts.flatMap((context, at) =>
    encodePairs(tokenizer, { context, continuations: [continuations[at]] }),
  )
}

/**
 * The pairs of one context. Blanks at the end of the context move to the continuation; the whole text is encoded, and what it has
 * beyond the tokens of the context alone belongs to the continuation. An empty context is the beginning-of-text token.
 * Throws `invalid-input` for a continuation without a token of its own.
 */
export function encodePairs(
  tokenizer: Encoder,
  { context, continuations }: { context: string; continuations: readonly string[] },
): TokenPair[] {
  const trimmed = context.trimEnd()
  const blanks = context.slice(trimmed.length)
  if (trimmed === '') return continuations.map((text) => withoutContext(tokenizer, blanks + text))
  const contextIds = tokenizer.encode(trimmed, { addSpecial: true })
  return continuations.map((text) => {
    const whole = tokenizer.encode(trimmed + blanks + text, { addSpecial: true })
    return requireTokens(text, {
      context: contextIds,
      continuation: whole.slice(contextIds.length),
    })
  })
}

/** Stands before a text that has nothing before it: beginning of text, or end of text where there is no such token. */
export function prefixToken({ bosId, eosIds }: Encoder): number {
  const prefix = bosId ?? eosIds[0]
  if (prefix !== undefined) return prefix
  throw new ActbenchError({
    code: 'unsupported',
    message: 'The tokenizer has neither a beginning-of-text nor an end-of-text token.',
    remedy: 'Choose a suite that puts words before what it scores.',
  })
}

/**
 * The pair cut from the left to `maxLength` + 1 tokens (null: no limit): the last one is predicted but never read. Throws
 * `invalid-input` when nothing of the context is left.
 */
export function truncatePair(pair: TokenPair, maxLength: number | null): TokenPair {
  const { context, continuation } = pair
  if (maxLength === null || context.length + continuation.length <= maxLength + 1) return pair
  const room = maxLength + 1 - continuation.length
  if (room >= 1) return { context: context.slice(-room), continuation }
  throw new ActbenchError({
    code: 'invalid-input',
    message: `A choice has ${continuation.length} tokens; expected at most the model's context of ${maxLength}.`,
    remedy: 'Leave this sample out.',
  })
}

function withoutContext(tokenizer: Encoder, text: string): TokenPair {
  const ids = tokenizer.encode(text, { addSpecial: false })
  const prefix = prefixToken(tokenizer)
  const isThere = ids[0] === prefix
  return requireTokens(text, { context: [prefix], continuation: isThere ? ids.slice(1) : ids })
}

function requireTokens(text: string, pair: TokenPair): TokenPair {
  if (pair.continuation.length > 0) return pair
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The choice ${JSON.stringify(text)} adds no token to its context.`,
    remedy: 'Leave this sample out.',
  })
}
