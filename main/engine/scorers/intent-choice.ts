/** The intent that a language model finds most likely among all of them. */
import type { Response, Sample, Score } from '#contract/suites'
import type { OfflineScorer } from './types.ts'

const name = 'intent_accuracy'

/** What the sum of log-probabilities of an intent is divided by. */
const divisors: Readonly<Record<string, (tokens: number) => number>> = {
  'log-likelihood': () => 1,
  'per-token': (tokens) => tokens,
}

export const intentChoice: OfflineScorer = {
  kind: 'offline',
  record: {
    id: 'intent-choice',
    title: 'Likeliest intent',
    summary: 'Whether the right intent is the likeliest of all to the model.',
    version: 1,
    variants: [
      {
        id: 'log-likelihood',
        title: 'by log-likelihood',
        summary: 'The highest sum of log-probabilities of its tokens; the first of several.',
        resource: null,
      },
      {
        id: 'per-token',
        title: 'by log-likelihood per token',
        summary: 'The highest mean: an intent with a long name is not at a loss.',
        resource: null,
      },
    ],
    isOffline: true,
    metrics: [name],
  },
  score: ({ variant, sample, response }) => {
    const { choices, gold, utterance } = sample
    if (choices === undefined || gold === undefined || utterance === undefined) return []
    const base = { scorer: 'intent-choice', variant, version: 1, name, weight: 1 }
    const figures = measured(sample, response, divisors[variant])
    if (figures === null) {
      return [
        { ...base, value: null, label: 'unscored', evidence: 'the intents were not measured' },
      ]
    }
    const chosen = figures.indexOf(Math.max(...figures))
    const isRight = chosen === gold
    const evidence = isRight
      ? choices[gold]
      : `took it for ${choices[chosen]} (${figures[chosen].toFixed(3)}), right is ${choices[gold]} (${figures[gold].toFixed(3)})`
    const score: Score = {
      ...base,
      value: isRight ? 1 : 0,
      label: isRight ? 'right' : 'wrong',
      evidence,
    }
    return [score]
  },
}

/** In the order of the choices; null where one is missing or not finite. */
function measured(
  { choices = [] }: Sample,
  response: Response,
  divisor: (tokens: number) => number,
): readonly number[] | null {
  const found = response.choices ?? []
  const figures = found.map(({ logProb, tokens }) => logProb / divisor(tokens))
  return found.length === choices.length && figures.every(Number.isFinite) ? figures : null
}
