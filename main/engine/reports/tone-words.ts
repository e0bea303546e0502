/** Word and sign of each tone: read before any colour is seen. */
import type { Comparison } from '#contract/comparisons'

type Tone = Comparison['verdict'][number]['tone']

export const toneWords: Readonly<Record<Tone, { word: string; sign: string }>> = {
  worse: { word: 'Worse', sign: '✕' },
  better: { word: 'Better', sign: '✓' },
  same: { word: 'No difference seen', sign: '=' },
  warning: { word: 'Warning', sign: '!' },
  note: { word: 'Note', sign: 'i' },
}
