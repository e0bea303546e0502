import type { Migration } from './types.ts'

/** Jobs that judge or study, adapters, studies' results, labels by people, and what multiple choice adds to a sample. */
export const extendJobs: Migration = {
  version: 6,
  title: 'extend jobs',
  sql: `
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'evaluation'
  CHECK (kind IN ('evaluation', 'judging', 'activation-space'));
-- JSON: whose answers are judged and by whom, or what is studied; null for an evaluation.
ALTER TABLE jobs ADD COLUMN task TEXT;

-- Result of a study, one for each such job.
CREATE TABLE analyses (
  job_row INTEGER PRIMARY KEY REFERENCES jobs (row_id) ON DELETE CASCADE,
  -- JSON.
  payload TEXT NOT NULL,
  finished_at INTEGER NOT NULL
) STRICT;

CREATE TABLE adapters (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Folder with adapter_config.json and adapter_model.safetensors.
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL UNIQUE,
  -- JSON: everything read from it without its weights.
  inspection TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  -- Removed adapters keep their row: old results still name them.
  removed_at INTEGER
) STRICT;

CREATE TABLE labels (
  sample_row INTEGER PRIMARY KEY REFERENCES samples (row_id) ON DELETE CASCADE,
  label TEXT NOT NULL CHECK (
    label IN ('full-compliance', 'partial-refusal', 'full-refusal', 'incoherent', 'unclear')
  ),
  labelled_at INTEGER NOT NULL
) STRICT;

-- JSON of {choices, gold, answer}: what a sample has beyond its prompt; null when it has none of them.
ALTER TABLE sample_texts ADD COLUMN task TEXT;
-- JSON of [{logProb, tokens, isGreedy}]: what the model gives to each choice.
ALTER TABLE sample_texts ADD COLUMN choices TEXT;
`,
}
