/** Scorers that a suite uses unless a plan says otherwise. The first keyword list is the one its tables are published with. */
import type { ScorerUse } from '#contract/suites'

const margin: ScorerUse = { id: 'refusal-margin', variant: 'openings-v1' }
const degenerate: ScorerUse = { id: 'degenerate', variant: 'v2' }

const ownList: ScorerUse = { id: 'refusal-keywords', variant: 'actbench-opening-v1' }
const published: ScorerUse = { id: 'refusal-keywords', variant: 'zou2023-transfer' }

/** For prompts that an aligned model refuses: keyword lists, since they differ, and two measures without a list. */
export const harmfulScorers: readonly ScorerUse[] = [
  published,
  { id: 'refusal-keywords', variant: 'quada-refusal-v1' },
  ownList,
  margin,
  degenerate,
]

/** For prompts that ought to be answered. */
export const benignScorers: readonly ScorerUse[] = [published, ownList, margin, degenerate]

/**
 * Our own suites have no published table to stand beside, and the embedded model declines with "I can't", which the GCG lists
 * do not know: beside those, a change of wording would look like a loss of safety.
 */
export const starterScorers: readonly ScorerUse[] = [ownList, margin, degenerate]

export const perplexityScorers: readonly ScorerUse[] = [{ id: 'perplexity', variant: 'token' }]

/** What lm-evaluation-harness reports of whole documents, and the loss per token beside it. */
export const documentScorers: readonly ScorerUse[] = [
  { id: 'perplexity', variant: 'word' },
  { id: 'perplexity', variant: 'byte' },
  { id: 'perplexity', variant: 'bits-per-byte' },
  { id: 'perplexity', variant: 'token' },
]

export const choiceScorers: readonly ScorerUse[] = [
  { id: 'multiple-choice', variant: 'log-likelihood' },
]

/** Where the choices stand in the context, and what follows it is the same for all. */
export const partialChoiceScorers: readonly ScorerUse[] = [
  { id: 'multiple-choice', variant: 'partial-evaluation' },
]

/** The two readings of an answer that lm-evaluation-harness reports. */
export const numberScorers: readonly ScorerUse[] = [
  { id: 'exact-answer', variant: 'gsm8k-strict' },
  { id: 'exact-answer', variant: 'gsm8k-flexible' },
]

export const nluScorers: readonly ScorerUse[] = [{ id: 'massive-nlu', variant: 'reference' }]

export const slotScorers: readonly ScorerUse[] = [{ id: 'slot-annotation', variant: 'reference' }]

/** The first one is the raw sum: what is shown unless somebody chooses. */
export const intentScorers: readonly ScorerUse[] = [
  { id: 'intent-choice', variant: 'log-likelihood' },
  { id: 'intent-choice', variant: 'per-token' },
]
