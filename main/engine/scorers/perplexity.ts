/**
 * Loss of a text: mean negative log-likelihood per predicted token, natural log, weighted by the number of tokens. The
 * aggregate is exp(sum of weight * value / sum of weight): perplexity.
 */
import type { LiveScorer } from './types.ts'

export const perplexityScorer: LiveScorer = {
  kind: 'live',
  record: {
    id: 'perplexity',
    title: 'Perplexity',
    summary: 'How surprised the model is by a text, per token. Needs the model.',
    version: 1,
    variants: [
      {
        id: 'token',
        title: 'per token',
        summary:
          'Per token of the model’s own tokenizer: comparable only between models that share it.',
        resource: null,
      },
    ],
    isOffline: false,
    metrics: ['perplexity'],
  },
  score: ({ variant, sample, evidence }) => {
    if (sample.expectation !== 'none') return []
    const logProbs = evidence.targetLogProbs
    const base = { scorer: 'perplexity', variant, version: 1, name: 'nll' }
    if (logProbs === null || logProbs.length === 0) {
      return [
        { ...base, value: null, weight: 0, label: 'unscored', evidence: 'no token was predicted' },
      ]
    }
    let sum = 0
    for (let i = 0; i < logProbs.length; i++) sum -= logProbs[i]
    const value = sum / logProbs.length
    if (!Number.isFinite(value)) {
      return [
        { ...base, value: null, weight: 0, label: 'unscored', evidence: 'the loss is not finite' },
      ]
    }
    return [
      {
        ...base,
        value,
        weight: logProbs.length,
        label: `perplexity ${Math.exp(value).toPrecision(4)}`,
        evidence: `${logProbs.length} tokens`,
      },
    ]
  },
}
