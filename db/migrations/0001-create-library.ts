import type { Migration } from './types.ts'

/** What evaluations are made from: models, datasets, configurations, and what the engine fitted or proved for them. */
export const createLibrary: Migration = {
  version: 1,
  title: 'create library',
  sql: `
CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- File or directory of the checkpoint.
  path TEXT NOT NULL,
  -- sha256 over the checkpoint's files.
  fingerprint TEXT NOT NULL UNIQUE,
  -- JSON: where it came from (embedded, file, hub with commit).
  source TEXT NOT NULL,
  -- JSON: everything read from the checkpoint without its weights.
  inspection TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  -- Removed models keep their row: old results still name them.
  removed_at INTEGER
) STRICT;

CREATE TABLE datasets (
  suite_id TEXT NOT NULL,
  -- sha256 of the file.
  data_hash TEXT NOT NULL,
  path TEXT NOT NULL,
  sample_count INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('embedded', 'official', 'file')),
  added_at INTEGER NOT NULL,
  -- The one that new jobs use; earlier files of a suite stay for the jobs that used them.
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
  PRIMARY KEY (suite_id, data_hash)
) STRICT;

CREATE UNIQUE INDEX datasets_current ON datasets (suite_id) WHERE is_current = 1;

CREATE TABLE configurations (
  -- sha256 of the canonical JSON.
  hash TEXT PRIMARY KEY,
  -- Canonical JSON: equal configurations are equal texts.
  configuration TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- Saved by a person, as opposed to one that only a plan named.
  is_saved INTEGER NOT NULL CHECK (is_saved IN (0, 1))
) STRICT;

CREATE TABLE artifacts (
  -- What was fitted on what, as the engine names it.
  key TEXT PRIMARY KEY,
  -- sha256 of the payload.
  hash TEXT NOT NULL,
  -- JSON of plain arrays.
  payload TEXT NOT NULL,
  model_id TEXT NOT NULL,
  fitted_at INTEGER NOT NULL
) STRICT;

CREATE INDEX artifacts_model ON artifacts (model_id, fitted_at);

CREATE TABLE passports (
  recipe_hash TEXT PRIMARY KEY,
  passport TEXT NOT NULL,
  is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
  issued_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  -- JSON.
  value TEXT NOT NULL
) STRICT;
`,
}
