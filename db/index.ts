/**
 * The store. Open it once per process; give `read` to what only reads and `write` to what changes things. Everything
 * else is a repository function that takes one of the two first.
 */
export { Database, openDatabase, setAsideDatabase, type OpenOptions } from './database.ts'
export type { ReadableDb, WritableDb } from './handle.ts'
export { latestVersion } from './migrate.ts'
export { inTransaction, sizeBytes, sqliteVersion } from './store.ts'

export * as artifacts from './repositories/artifacts.ts'
export * as comparedSamples from './repositories/compared-samples.ts'
export * as configurations from './repositories/configurations.ts'
export * as datasets from './repositories/datasets.ts'
export * as deaths from './repositories/deaths.ts'
export * as jobs from './repositories/jobs.ts'
export * as logs from './repositories/logs.ts'
export * as models from './repositories/models.ts'
export * as passports from './repositories/passports.ts'
export * as queueState from './repositories/queue.ts'
export * as runs from './repositories/runs.ts'
export * as samples from './repositories/samples.ts'
export * as scores from './repositories/scores.ts'
export * as search from './repositories/search.ts'
export * as settings from './repositories/settings.ts'

export type { Artifact } from './repositories/artifacts.ts'
export type { ComparedQuery } from './repositories/compared-samples.ts'
export type { JobFacts, JobOrder, NewJob } from './repositories/jobs.ts'
export type { Owner, Wanted } from './repositories/queue.ts'
export type { NewRun } from './repositories/runs.ts'
export type { AnsweredSample } from './repositories/samples.ts'
export type { NewScoring, ScoredSample } from './repositories/scores.ts'
export type { SearchHit } from './repositories/search.ts'
