/**
 * What a scorer is. Two kinds by what they need, one shape of result: scores with a label and evidence. A judge that is
 * itself a model is no scorer: it runs after the answers, in a job of its own (judges/).
 */
import type { Response, Sample, Score, ScorerRecord } from '#contract/suites'

/** A variant of a scorer, e.g. one keyword list; the name goes into every label. */
export interface ScorerInput {
  readonly variant: string
  readonly sample: Sample
}

/** Reads the stored answer and nothing else: it can score again later, without the model. */
export interface OfflineScorer {
  readonly kind: 'offline'
  readonly record: ScorerRecord
  score(input: ScorerInput & { readonly response: Response }): Score[]
}

/** Reads probabilities that exist only while the model under test runs. */
export interface LiveScorer {
  readonly kind: 'live'
  readonly record: ScorerRecord
  score(input: ScorerInput & { readonly evidence: LiveEvidence }): Score[]
}

export type Scorer = OfflineScorer | LiveScorer

/** What the live path hands over beside the answer; null where the run did not produce it. */
export interface LiveEvidence {
  /** Natural log-probabilities at the first answer position, in the order of `openings.watchIds`. */
  readonly watchLogProbs: ArrayLike<number> | null
  readonly openings: OpeningTokens | null
  /** Natural log-probabilities of the tokens of a text, one per predicted token. */
  readonly targetLogProbs: ArrayLike<number> | null
}

/** First tokens of the opening lists under one tokenizer. */
export interface OpeningTokens {
  readonly refusal: readonly number[]
  readonly compliance: readonly number[]
  /** Both sets in one list: what the model is asked to watch. */
  readonly watchIds: readonly number[]
  /** First tokens that both lists share; they tell nothing and are left out. */
  readonly shared: readonly number[]
}
