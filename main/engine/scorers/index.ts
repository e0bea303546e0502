/** The scorers, as one explicit list. Adding one is a file and a line here. */
import { ActbenchError } from '#contract/errors'
import type { Response, Sample, Score, ScorerRecord, ScorerUse } from '#contract/suites'
import { degenerate } from './degenerate.ts'
import { exactAnswer } from './exact-answer.ts'
import { intentChoice } from './intent-choice.ts'
import { massiveNlu } from './massive-nlu.ts'
import { multipleChoice } from './multiple-choice.ts'
import { perplexityScorer } from './perplexity.ts'
import { refusalKeywords } from './refusal-keywords.ts'
import { refusalMargin } from './refusal-margin.ts'
import { slotAnnotation } from './slot-annotation.ts'
import type { LiveEvidence, Scorer } from './types.ts'

export { metricRecords } from './metrics.ts'
export { openingTokenIds } from './refusal-margin.ts'
export type { LiveEvidence, OpeningTokens } from './types.ts'

const scorers: readonly Scorer[] = [
  refusalKeywords,
  refusalMargin,
  degenerate,
  perplexityScorer,
  multipleChoice,
  exactAnswer,
  massiveNlu,
  intentChoice,
  slotAnnotation,
]

export function scorerRecords(): ScorerRecord[] {
  return scorers.map(({ record }) => record)
}

/** The record of `use`. Throws `not-found` for an unknown scorer or variant, with those that exist. */
export function checkScorerUse(use: ScorerUse): ScorerRecord {
  return findScorer(use).record
}

/**
 * Scores a stored answer again, without the model: empty when this scorer says nothing about such a sample. Throws
 * `not-found` for an unknown use and `unsupported` for a scorer that needs the model under test.
 */
export function scoreStored(input: {
  readonly use: ScorerUse
  readonly sample: Sample
  readonly response: Response
}): Score[] {
  const scorer = findScorer(input.use)
  if (scorer.kind === 'offline') return scorer.score({ ...input, variant: input.use.variant })
  throw new ActbenchError({
    code: 'unsupported',
    message: `${scorer.record.title} (${input.use.variant}) cannot score stored answers: it needs the probabilities of a running model.`,
    remedy: 'Run the job again with this scorer, or choose one that works offline.',
  })
}

/**
 * Scores a sample while its model runs. `response` is null where nothing was generated (a text's perplexity). Throws
 * `not-found` for an unknown use.
 */
export function scoreAnswer(input: {
  readonly use: ScorerUse
  readonly sample: Sample
  readonly response: Response | null
  readonly evidence: LiveEvidence
}): Score[] {
  const { use, sample, response, evidence } = input
  const scorer = findScorer(use)
  const variant = use.variant
  switch (scorer.kind) {
    case 'live':
      return scorer.score({ variant, sample, evidence })
    case 'offline':
      return response === null ? [] : scorer.score({ variant, sample, response })
  }
}

function findScorer(use: ScorerUse): Scorer {
  const scorer = scorers.find(({ record }) => record.id === use.id)
  if (scorer === undefined) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Scorer ${use.id}: no such scorer. Known: ${scorers.map(({ record }) => record.id).join(', ')}.`,
      remedy: 'Use one of these ids.',
    })
  }
  const known = scorer.record.variants.map(({ id }) => id)
  if (!known.includes(use.variant)) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Scorer ${use.id}: no variant ${use.variant}. Known: ${known.join(', ')}.`,
      remedy: 'Use one of these variants.',
    })
  }
  return scorer
}
