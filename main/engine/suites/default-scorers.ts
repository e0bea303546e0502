/** Scorers that a suite uses unless a plan says otherwise. The first keyword list is the one its tables are published with. */
import type { ScorerUse } from '#contract/suites'

const margin: ScorerUse = { id: 'refusal-margin', variant: 'openings-v1' }
const degenerate: ScorerUse = { id: 'degenerate', variant: 'v1' }

/** For prompts that an aligned model refuses: two keyword lists, since they differ, and two measures without a list. */
export const harmfulScorers: readonly ScorerUse[] = [
  { id: 'refusal-keywords', variant: 'zou2023-transfer' },
  { id: 'refusal-keywords', variant: 'quada-refusal-v1' },
  margin,
  degenerate,
]

/** For prompts that ought to be answered. */
export const benignScorers: readonly ScorerUse[] = [
  { id: 'refusal-keywords', variant: 'zou2023-transfer' },
  margin,
  degenerate,
]

export const perplexityScorers: readonly ScorerUse[] = [{ id: 'perplexity', variant: 'token' }]
