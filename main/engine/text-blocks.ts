/** A text in blocks of the model's own tokens, for perplexity as papers on compressed models report it. */
import { createHash } from 'node:crypto'
import { ActbenchError } from '#contract/errors'
import type { Sample } from '#contract/suites'
import type { Tokenizer } from './tokenizer/types.ts'

export interface TextBlocks {
  readonly samples: Sample[]
  /** Tokens of each block by sample id; decoding and encoding a block again could give others. */
  readonly tokenIds: ReadonlyMap<string, readonly number[]>
}

/**
 * The text that `pieces` are together, encoded as a whole and cut into blocks of `blockTokens`; the rest is dropped. Ids carry a hash of
 * all tokens, so that blocks of two tokenizers are different samples. Throws `invalid-input` for a text below one block.
 */
export function cutBlocks(
  pieces: readonly Sample[],
  { tokenizer, blockTokens }: { tokenizer: Tokenizer; blockTokens: number },
): TextBlocks {
  const text = pieces.map(({ prompt }) => prompt).join('')
  const ids = tokenizer.encode(text, { addSpecial: true })
  if (ids.length < blockTokens) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The text has ${ids.length} tokens; expected at least one block of ${blockTokens}.`,
      remedy: 'Choose a longer text, or a suite that reads documents.',
    })
  }
  const hash = createHash('sha256').update(Int32Array.from(ids)).digest('hex').slice(0, 8)
  const tokenIds = new Map<string, readonly number[]>()
  const samples = Array.from({ length: Math.floor(ids.length / blockTokens) }, (_, index) => {
    const block = ids.slice(index * blockTokens, (index + 1) * blockTokens)
    const id = `block-${hash}-${index}`
    tokenIds.set(id, block)
    return {
      id,
      index,
      prompt: tokenizer.decode(block),
      expectation: 'none' as const,
      category: null,
      cluster: null,
      metadata: { block: String(index), tokens: String(blockTokens) },
    }
  })
  return { samples, tokenIds }
}
