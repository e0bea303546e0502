import type { Tokenizer } from './types.ts'

/** Decodes an answer while it is being generated. */
export interface StreamDecoder {
  /** Takes the next ids; returns the text that is certain by now, perhaps none. */
  push(ids: readonly number[]): string
  /** The rest, with U+FFFD where the answer ended inside a character. */
  end(): string
}

/**
 * A character takes up to four tokens (one a byte), so text is held back while it ends in an incomplete one. More
 * pending ids than this mean that the model writes invalid bytes, and waiting longer would not help.
 */
const MAX_PENDING_IDS = 16

/**
 * A decoder whose pieces, joined, are `tokenizer.decode` of all ids. (Of an answer of invalid bytes they may differ in
 * the number of U+FFFD.) Each push decodes a short window, so the cost is linear in the length of the answer.
 */
export function createStreamDecoder(
  tokenizer: Tokenizer,
  options: { readonly keepSpecial?: boolean } = {},
): StreamDecoder {
  // Text of [contextStart, emittedEnd) is out already; it is decoded again with new ids because a token's text may
  // depend on its neighbours (a leading space, bytes of one character).
  let ids: number[] = []
  let emittedEnd = 0
  const decodeNew = (): { whole: string; fresh: string } => {
    const context = tokenizer.decode(ids.slice(0, emittedEnd), options)
    const whole = tokenizer.decode(ids, options)
    return { whole, fresh: whole.startsWith(context) ? whole.slice(context.length) : whole }
  }
  const advance = (): void => {
    // The ids just emitted are the context of the next ones.
    ids = ids.slice(emittedEnd)
    emittedEnd = ids.length
  }
  return {
    push: (next) => {
      ids.push(...next)
      const { fresh } = decodeNew()
      const isIncomplete = fresh.endsWith('\uFFFD') && ids.length - emittedEnd <= MAX_PENDING_IDS
      if (fresh === '' || isIncomplete) return ''
      advance()
      return fresh
    },
    end: () => {
      const { fresh } = decodeNew()
      ids = []
      emittedEnd = 0
      return fresh
    },
  }
}
