/**
 * Multiple choice by log-likelihood, with the accounting of lm-evaluation-harness 0.4.13 (ConfigurableTask.process_results): the
 * first choice with the highest sum, sum per character (code points of the choice, without the space before it), sum per UTF-8 byte.
 */
import type { Response, Sample, Score } from '#contract/suites'
import type { OfflineScorer } from './types.ts'

const names = ['acc', 'acc_norm', 'acc_bytes'] as const
type Accounting = (typeof names)[number]

/** What the sum of a choice is divided by. */
const lengths: Record<Accounting, (choice: string) => number> = {
  acc: () => 1,
  acc_norm: (choice) => [...choice].length,
  acc_bytes: (choice) => Buffer.byteLength(choice),
}

export const multipleChoice: OfflineScorer = {
  kind: 'offline',
  record: {
    id: 'multiple-choice',
    title: 'Multiple choice',
    summary: 'Whether the right one of the given answers is the likeliest to the model.',
    version: 1,
    variants: [
      {
        id: 'log-likelihood',
        title: 'by log-likelihood',
        summary:
          'Sum of log-probabilities of each choice after the question: as it is (acc), per character (acc_norm), per UTF-8 byte (acc_bytes).',
        resource: null,
      },
      {
        id: 'partial-evaluation',
        title: 'by the rest of the sentence',
        summary:
          'Sum of log-probabilities of what follows each choice, the same words for all (acc): lengths have nothing to even out.',
        resource: null,
      },
    ],
    isOffline: true,
    metrics: [...names],
  },
  score: ({ variant, sample, response }) => {
    const { choices, gold } = sample
    if (choices === undefined || gold === undefined) return []
    const measured = measuredSums(sample, response)
    const accountings = variant === 'partial-evaluation' ? (['acc'] as const) : names
    return accountings.map((name): Score => {
      const base = { scorer: 'multiple-choice', variant, version: 1, name, weight: 1 }
      if (typeof measured === 'string') {
        return { ...base, value: null, label: 'unscored', evidence: measured }
      }
      const figures = measured.map((sum, at) => sum / lengths[name](choices[at]))
      const chosen = figures.indexOf(Math.max(...figures))
      return {
        ...base,
        value: chosen === gold ? 1 : 0,
        label: chosen === gold ? 'right' : 'wrong',
        evidence: `chose ${place(chosen)} with ${figures[chosen].toFixed(3)}, right is ${place(gold)} with ${figures[gold].toFixed(3)} nats${unitOf[name]}`,
      }
    })
  },
}

const unitOf: Record<Accounting, string> = {
  acc: '',
  acc_norm: ' per character',
  acc_bytes: ' per byte',
}

/** Sums in the order of the choices, or why there are none. */
function measuredSums({ choices = [] }: Sample, response: Response): readonly number[] | string {
  const measured = response.choices
  if (measured === undefined) return 'the choices were not measured'
  if (measured.length !== choices.length) {
    return `${choices.length} choices, ${measured.length} measured`
  }
  const sums = measured.map(({ logProb }) => logProb)
  return sums.every(Number.isFinite) ? sums : 'the probabilities are not finite'
}

/** Choices are counted from 1 for people. */
function place(at: number): string {
  return `choice ${at + 1}`
}
