import type { Migration } from './types.ts'

/** The queue. Jobs have a short integer key besides their id, because every sample row carries it. */
export const createRuns: Migration = {
  version: 2,
  title: 'create runs and jobs',
  sql: `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- JSON of the whole plan, as started.
  plan TEXT NOT NULL
) STRICT;

CREATE INDEX runs_created ON runs (created_at);

CREATE TABLE jobs (
  row_id INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  configuration_hash TEXT NOT NULL REFERENCES configurations (hash),
  -- The plan's label of the column, which is not part of the hash.
  configuration_name TEXT NOT NULL,
  model_id TEXT NOT NULL REFERENCES models (id),
  -- Fingerprint of the checkpoint when the job was made: a resumed job must read the same weights.
  model_fingerprint TEXT NOT NULL,
  suite_id TEXT NOT NULL,
  suite_version INTEGER NOT NULL,
  -- JSON: limit, subset, scorers.
  suite_options TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  -- JSON of [{id, variant}]: which scorers judge the answers as they arrive.
  scorers TEXT NOT NULL,
  batch_size INTEGER,
  threads INTEGER,
  status TEXT NOT NULL CHECK (
    status IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')
  ),
  stage TEXT,
  -- Lower runs first; fractional, so that a move rewrites one row.
  position REAL NOT NULL,
  -- Samples of the job once the engine has counted them.
  total INTEGER,
  -- Samples stored, and those among them that could not be run; move in the samples' own transaction.
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- JSON of the error that ended it.
  error TEXT,
  environment TEXT,
  passport_hash TEXT REFERENCES passports (recipe_hash),
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  active_ms INTEGER NOT NULL DEFAULT 0,
  tokens_generated INTEGER NOT NULL DEFAULT 0,
  -- The process that runs it, null when none does: pid, start of that process, and one queue in it.
  owner_pid INTEGER,
  owner_started TEXT,
  owner_id TEXT,
  -- What another process asks the owner to do: the owner looks whenever it commits.
  wanted TEXT CHECK (wanted IN ('paused', 'cancelled')),
  -- A retry runs samples again that only have an error.
  retries_errors INTEGER NOT NULL DEFAULT 0 CHECK (retries_errors IN (0, 1)),
  CHECK ((status = 'running') = (owner_id IS NOT NULL))
) STRICT;

CREATE INDEX jobs_run ON jobs (run_id, row_id);
CREATE INDEX jobs_queue ON jobs (status, position);
CREATE INDEX jobs_configuration ON jobs (configuration_hash);

-- How often the engine died while this sample was with it; three deaths put it in quarantine.
CREATE TABLE sample_deaths (
  job_row INTEGER NOT NULL REFERENCES jobs (row_id) ON DELETE CASCADE,
  sample_id TEXT NOT NULL,
  deaths INTEGER NOT NULL,
  PRIMARY KEY (job_row, sample_id)
) STRICT;

CREATE TABLE job_logs (
  row_id INTEGER PRIMARY KEY,
  job_row INTEGER NOT NULL REFERENCES jobs (row_id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  message TEXT NOT NULL
) STRICT;

CREATE INDEX job_logs_job ON job_logs (job_row, row_id);
`,
}
