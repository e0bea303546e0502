/** How long a text is of which a run may read only a part: an input of graphs that ask for it. */
import type { Graph } from './ir.ts'

/** int64 [batch]: tokens of each row's text; 0 where it ends with the run, or where tokens are generated behind it. */
export const textTokensInput = 'text_tokens'

/** A causal model with a cache reads long texts piece by piece; every other one reads them at once. */
export function readsInPieces({ inputs }: Graph): boolean {
  const has = (name: string) => inputs.some((input) => input.name === name)
  return has('past_key.0') && !has('source_ids')
}
