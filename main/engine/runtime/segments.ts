/** How many columns of a batch go through the model in one run: long prompts are read piece by piece, over the cache. */

import type { Provider } from './types.ts'

/** Activations of this many tokens are in memory at once at most. On a GPU every piece costs a way to this process and back. */
export const tokenBudget: Readonly<Record<Provider, number>> = {
  cpu: 4096,
  cuda: 32_768,
  webgpu: 4096,
}
/** Largest block of attention scores, [rows, heads, width, seq] in float32. */
const scoreBudgetBytes: Readonly<Record<Provider, number>> = {
  cpu: 256 * 2 ** 20,
  cuda: 2 ** 30,
  webgpu: 256 * 2 ** 20,
}
/** Narrower pieces would only cost. */
const minimumWidth = 16

/** Columns of a run over `rows` rows that end up `seq` positions long. */
export function largestWidth(size: {
  readonly rows: number
  readonly seq: number
  readonly nHeads: number
  readonly provider: Provider
}): number {
  const { rows, seq, nHeads, provider } = size
  const byTokens = Math.floor(tokenBudget[provider] / rows)
  const byScores = Math.floor(scoreBudgetBytes[provider] / (4 * rows * nHeads * seq))
  return Math.min(seq, Math.max(minimumWidth, Math.min(byTokens, byScores)))
}

/**
 * [start, end) ranges of at most `width` that cover `seq` columns, as equal as they can be: a last one of a single column would
 * look like a token that is generated to what asks whether one is (masks of prompts do).
 */
export function pieces(seq: number, width: number): readonly { start: number; end: number }[] {
  const count = Math.ceil(seq / width)
  const startOf = (piece: number): number => Math.floor((piece * seq) / count)
  return Array.from({ length: count }, (_, i) => ({ start: startOf(i), end: startOf(i + 1) }))
}
