import type { Migration } from './types.ts'

/** Taking 200,000 samples out of the search index takes 20 s: a removed run is gone at once, and its rows go bit by bit. */
export const removeRuns: Migration = {
  version: 8,
  title: 'remove runs',
  sql: `
-- Null as long as nobody removed it; nothing shows a removed run, and none of its jobs runs.
ALTER TABLE runs ADD COLUMN removed_at INTEGER;
CREATE INDEX runs_removed ON runs (removed_at) WHERE removed_at IS NOT NULL;
`,
}
