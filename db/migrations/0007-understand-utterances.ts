import type { Migration } from './types.ts'

/** What a model takes an utterance for: its intent, and the slot of each word. */
export const understandUtterances: Migration = {
  version: 7,
  title: 'understand utterances',
  sql: `
-- JSON of {intent, labels, intentLogProb}; null for every other kind of answer. What is right stands in the task.
ALTER TABLE sample_texts ADD COLUMN understanding TEXT;
`,
}
