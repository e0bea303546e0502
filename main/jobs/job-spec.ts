/**
 * What goes down to the engine for one attempt, and the checks before it: a job is only begun, or gone on with, on the
 * very weights, data, suite and configuration that it was queued with.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { canonicalJson } from '#contract/canonical'
import type { Configuration } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { Job, JobSpec } from '#contract/jobs'
import type { Model } from '#contract/models'
import type { SuiteDataset } from '#contract/suites'
import {
  artifacts,
  configurations,
  datasets,
  jobs,
  models,
  passports,
  samples,
  type ReadableDb,
} from '#db'
import { hasSuspects, quarantinedIds } from './quarantine.ts'

/** What the queue asks of the engine's catalogue, which it does not import. */
export interface JobRules {
  /** Current version of a suite; null when there is no such suite. */
  readonly suiteVersion: (suiteId: string) => number | null
  /** sha256 of a checkpoint's files. */
  readonly fingerprint: (path: string) => Promise<string>
  /** Name under which the passport of this configuration is stored. */
  readonly recipeHash: (source: { model: Model; configuration: Configuration }) => string
}

export interface EnginePaths {
  readonly cacheDir: string
  readonly calibrationTextPath: string
  readonly probeTextPath: string
}

/** JSON of fitted artifacts that one job is given. */
const artifactLimitBytes = 32 * 2 ** 20

export interface SpecSource {
  readonly db: ReadableDb
  readonly job: Job
  readonly rules: JobRules
  readonly paths: EnginePaths
}

/**
 * Throws `incompatible` naming what changed since the job was queued (model fingerprint, data hash, suite version or
 * configuration hash), and `not-found` for files that are gone.
 */
export async function buildJobSpec({ db, job, rules, paths }: SpecSource): Promise<JobSpec> {
  const order = jobs.order(db, job.id)
  const configuration = checkConfiguration(db, job)
  checkSuite(job, rules.suiteVersion(job.suiteId))
  const dataset = await checkDataset(db, job)
  const model = await checkModel(db, { job, expected: order.modelFingerprint, rules })
  const stored = samples.doneIds(db, { jobId: job.id, errors: !order.retriesErrors })
  return {
    jobId: job.id,
    model,
    configuration,
    suiteId: job.suiteId,
    suiteVersion: job.suiteVersion,
    suiteOptions: job.suiteOptions,
    dataset,
    scorers: order.scorers,
    // One by one, so that the next death has one culprit.
    batchSize: hasSuspects(db, job.id) ? 1 : order.batchSize,
    threads: order.threads,
    doneSampleIds: [...new Set([...stored, ...quarantinedIds(db, job.id)])],
    artifacts: artifacts.forModel(db, { modelId: model.id, limitBytes: artifactLimitBytes }),
    passport: passports.find(db, rules.recipeHash({ model, configuration })),
    ...paths,
  }
}

function checkConfiguration(db: ReadableDb, job: Job): Configuration {
  const { configuration } = configurations.get(db, job.configurationHash)
  const found = createHash('sha256').update(canonicalJson(configuration)).digest('hex')
  if (found !== job.configurationHash) {
    throw changed(job, { what: 'configuration hash', expected: job.configurationHash, found })
  }
  return configuration
}

function checkSuite(job: Job, found: number | null): void {
  if (found === job.suiteVersion) return
  throw changed(job, {
    what: `version of suite ${job.suiteId}`,
    expected: String(job.suiteVersion),
    found: found === null ? 'none' : String(found),
  })
}

async function checkDataset(db: ReadableDb, job: Job): Promise<SuiteDataset> {
  const { suiteId, dataHash } = job
  const dataset = datasets.find(db, { suiteId, dataHash })
  if (dataset === null || !existsSync(dataset.path)) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Suite ${suiteId}: expected its data at ${dataset?.path ?? 'a known place'}, found nothing there.`,
      remedy: 'Obtain or import the same file again, then retry the job.',
    })
  }
  const found = await hashFile(dataset.path)
  if (found !== dataHash) {
    throw changed(job, { what: `data hash of suite ${suiteId}`, expected: dataHash, found })
  }
  return dataset
}

interface ModelCheck {
  readonly job: Job
  readonly expected: string
  readonly rules: JobRules
}

async function checkModel(db: ReadableDb, { job, expected, rules }: ModelCheck): Promise<Model> {
  const model = models.get(db, job.modelId)
  if (!model.isPresent) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Model ${model.name}: expected its checkpoint at ${model.path}, found nothing there.`,
      remedy: 'Put the files back or add the model again from where they are, then retry the job.',
    })
  }
  const found = await rules.fingerprint(model.path)
  if (found !== expected) throw changed(job, { what: 'model fingerprint', expected, found })
  return model
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

interface Change {
  readonly what: string
  readonly expected: string
  readonly found: string
}

function changed(job: Job, { what, expected, found }: Change): ActbenchError {
  const short = (text: string) => (/^[0-9a-f]{64}$/u.test(text) ? text.slice(0, 12) : text)
  return new ActbenchError({
    code: 'incompatible',
    message: `The ${what} changed since the job was queued: expected ${short(expected)}, found ${short(found)}.`,
    remedy:
      job.done > 0
        ? 'Results of the two do not belong together: start a new run, or put the earlier one back and resume.'
        : 'Start a new run, or put the earlier one back and retry.',
    details: `${what}: expected ${expected}, found ${found}`,
  })
}
