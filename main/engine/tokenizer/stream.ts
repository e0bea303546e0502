import type { Tokenizer } from './types.ts'

/** Decodes an answer while it is being generated. */
export interface StreamDecoder {
  /** Takes the next ids; returns the text that is certain by now, perhaps none. */
  push(ids: readonly number[]): string
  /** The rest, with U+FFFD where the answer ended inside a character. */
  end(): string
}

/**
 * An unfinished character shows as U+FFFD, and makes a whole run of byte tokens show so until it is complete. What ends
 * like this waits, for as long as this many pushes and ids: then the bytes are taken for invalid and shown as such.
 */
const unfinished = /\uFFFD+$/u
const MAX_WAITING_PUSHES = 8
const MAX_WAITING_IDS = 32

/**
 * A decoder whose pieces, joined, are `tokenizer.decode` of all ids. (Of long runs of invalid bytes they may differ in
 * the number of U+FFFD.) Each push decodes a window of some ids, so the cost is linear in the length of the answer.
 */
export function createStreamDecoder(
  tokenizer: Tokenizer,
  options: { readonly keepSpecial?: boolean } = {},
): StreamDecoder {
  // The window begins with ids whose text is out already, because a token's text may depend on its neighbours: a leading
  // space, bytes of one character. It moves on where a character ends, so that it never begins inside one.
  let window: number[] = []
  let contextCount = 0
  let shown = ''
  let waitingPushes = 0
  const moveTo = (ids: number[]): void => {
    window = ids
    contextCount = ids.length
    shown = tokenizer.decode(ids, options)
    waitingPushes = 0
  }
  return {
    push: (next) => {
      window.push(...next)
      const text = tokenizer.decode(window, options)
      const waitingIds = window.length - contextCount
      const isPatient = waitingPushes++ < MAX_WAITING_PUSHES || waitingIds < MAX_WAITING_IDS
      const certain = isPatient ? text.replace(unfinished, '') : text
      const fresh = certain.length <= shown.length ? '' : afterCommonStart(shown, certain)
      if (fresh === '') return ''
      if (certain === text) moveTo(window.slice(contextCount))
      else shown += fresh
      return fresh
    },
    end: () => {
      const rest = afterCommonStart(shown, tokenizer.decode(window, options))
      moveTo([])
      return rest
    },
  }
}

function afterCommonStart(shown: string, whole: string): string {
  let length = 0
  while (length < shown.length && shown[length] === whole[length]) length++
  return whole.slice(length)
}
