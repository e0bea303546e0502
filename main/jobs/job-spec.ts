/**
 * What goes down to the engine for one attempt, and the checks before it: a job is only begun, or gone on with, on the
 * very weights, data, suite and configuration that it was queued with.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Adapter } from '#contract/adapters'
import { canonicalJson } from '#contract/canonical'
import type { Configuration } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { Job, JobSpec } from '#contract/jobs'
import type { Model } from '#contract/models'
import type { SuiteDataset } from '#contract/suites'
import {
  adapters,
  artifacts,
  configurations,
  datasets,
  jobs,
  models,
  passports,
  samples,
  type JobOrder,
  type ReadableDb,
} from '#db'
import type { JobRules } from './job-rules.ts'
import { judgingTask, type JudgingTask } from './judging-task.ts'
import { hasSuspects, quarantinedIds } from './quarantine.ts'

export interface EnginePaths {
  readonly cacheDir: string
  /** The text that ships with the app. */
  readonly calibrationTextPath: string
  /** Folder of those that a configuration names by their sha256. */
  readonly calibrationTexts: string
  /** Folder of trained scales that a configuration names by their sha256. */
  readonly trainedScales: string
  readonly probeTextPath: string
}

/** JSON of fitted artifacts that one job is given. */
const artifactLimitBytes = 32 * 2 ** 20

export interface SpecSource {
  readonly db: ReadableDb
  readonly job: Job
  readonly rules: JobRules
  readonly paths: EnginePaths
  /** Jobs that may run beside it: they share the cores where the plan does not say. */
  readonly jobsAtOnce: number
}

/**
 * Throws `incompatible` naming what changed since the job was queued (model fingerprint, data hash, suite version or
 * configuration hash), and `not-found` for files that are gone.
 */
export async function buildJobSpec(source: SpecSource): Promise<JobSpec> {
  const { db, job, rules } = source
  const order = jobs.order(db, job.id)
  const configuration = checkConfiguration(db, job)
  const paths = pathsOf(source.paths, configuration)
  const common = {
    jobId: job.id,
    configuration,
    suiteId: job.suiteId,
    suiteVersion: job.suiteVersion,
    suiteOptions: job.suiteOptions,
    scorers: order.scorers,
    // One by one, so that the next death has one culprit.
    batchSize: hasSuspects(db, job.id) ? 1 : order.batchSize,
    threads: order.threads ?? shareOfCores(source.jobsAtOnce),
    ...paths,
  }
  if (job.task?.kind === 'judging') {
    return {
      ...common,
      ...(await judgingParts(source, { task: job.task, order })),
      doneSampleIds: [],
      artifacts: [],
      passport: null,
      adapter: null,
    }
  }
  await checkCalibrationText(job, { configuration, paths })
  checkSuite(job, rules.suiteVersion(job.suiteId))
  const dataset = await checkDataset(db, { job, rules })
  const model = await checkModel(db, { job, expected: order.modelFingerprint, rules })
  const adapter = findAdapter(db, configuration)
  return {
    ...common,
    model,
    dataset,
    adapter,
    doneSampleIds: doneSampleIds(db, job, order),
    artifacts: artifacts.forModel(db, { modelId: model.id, limitBytes: artifactLimitBytes }),
    passport: passports.find(db, rules.recipeHash({ model, adapter, configuration, ...paths })),
    task:
      job.task === null
        ? null
        : { ...job.task, harmlessDataset: presentDataset(db, rules.dataSuite(job.task.harmless)) },
  }
}

function pathsOf(
  { cacheDir, calibrationTextPath, calibrationTexts, probeTextPath, trainedScales }: EnginePaths,
  { calibrationText }: Configuration,
): Pick<JobSpec, 'cacheDir' | 'calibrationTextPath' | 'probeTextPath' | 'trainedScalesFolder'> {
  return {
    cacheDir,
    calibrationTextPath:
      calibrationText === undefined
        ? calibrationTextPath
        : join(calibrationTexts, `${calibrationText}.txt`),
    probeTextPath,
    trainedScalesFolder: trainedScales,
  }
}

/** A text of a person's own is the very one that the configuration names. */
async function checkCalibrationText(
  job: Job,
  of: { configuration: Configuration; paths: Pick<JobSpec, 'calibrationTextPath'> },
): Promise<void> {
  const expected = of.configuration.calibrationText
  if (expected === undefined) return
  const path = of.paths.calibrationTextPath
  const text = await readFile(path).catch((cause: unknown) => {
    throw new ActbenchError({
      code: 'not-found',
      message: `Calibration text ${expected.slice(0, 12)}: expected it at ${path}, found nothing there.`,
      remedy: 'Start a plan that names the file once more: it is then kept again.',
      cause,
    })
  })
  const found = createHash('sha256').update(text).digest('hex')
  if (found !== expected) throw changed(job, { what: 'calibration text', expected, found })
}

/** Null leaves all cores to the only job. */
function shareOfCores(jobsAtOnce: number): number | null {
  return jobsAtOnce === 1 ? null : Math.max(1, Math.floor(availableParallelism() / jobsAtOnce))
}

/** A study starts over; what it reads is the samples of no job. */
function doneSampleIds(db: ReadableDb, job: Job, order: JobOrder): string[] {
  const stored = samples.doneIds(db, { jobId: job.id, errors: !order.retriesErrors })
  return [...new Set([...stored, ...quarantinedIds(db, job.id)])]
}

/** The judge, and the answers that wait for it. */
async function judgingParts(
  { db, job, rules }: SpecSource,
  { task, order }: { task: JudgingTask; order: JobOrder },
): Promise<Pick<JobSpec, 'model' | 'dataset' | 'task'>> {
  const { use } = task
  const isOurs = use.by.kind === 'model'
  const model = isOurs
    ? await checkModel(db, { job, expected: order.modelFingerprint, rules })
    : models.get(db, job.modelId)
  return {
    model,
    dataset: knownDataset(db, { job, rules }),
    task: judgingTask(db, { job, task, rules }),
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

interface DataCheck {
  readonly job: Job
  readonly rules: JobRules
}

async function checkDataset(db: ReadableDb, { job, rules }: DataCheck): Promise<SuiteDataset> {
  const { suiteId, dataHash } = job
  const dataset = requirePresent(suiteId, findDataset(db, { job, rules }))
  const found = await rules.hashDataset(dataset.path)
  if (found !== dataHash) {
    throw changed(job, { what: `data hash of suite ${suiteId}`, expected: dataHash, found })
  }
  return dataset
}

/** The data that a suite has now. */
function presentDataset(db: ReadableDb, suiteId: string): SuiteDataset {
  return requirePresent(suiteId, datasets.findCurrent(db, suiteId))
}

/** The data that the judged answers are about; nothing reads it any more. */
function knownDataset(db: ReadableDb, check: DataCheck): SuiteDataset {
  const dataset = findDataset(db, check)
  if (dataset === null) throw noData(check.job.suiteId, 'a known place')
  return dataset
}

function findDataset(db: ReadableDb, { job, rules }: DataCheck): SuiteDataset | null {
  return datasets.find(db, { suiteId: rules.dataSuite(job.suiteId), dataHash: job.dataHash })
}

function requirePresent(suiteId: string, dataset: SuiteDataset | null): SuiteDataset {
  if (dataset !== null && existsSync(dataset.path)) return dataset
  throw noData(suiteId, dataset?.path ?? 'a known place')
}

function noData(suiteId: string, place: string): ActbenchError {
  return new ActbenchError({
    code: 'not-found',
    message: `Suite ${suiteId}: expected its data at ${place}, found nothing there.`,
    remedy: 'Obtain or import the same file again, then retry the job.',
  })
}

function findAdapter(db: ReadableDb, { adapterId }: Configuration): Adapter | null {
  if (adapterId === undefined) return null
  const adapter = adapters.find(db, adapterId)
  if (adapter?.isPresent === true) return adapter
  throw new ActbenchError({
    code: 'not-found',
    message: `Adapter ${adapterId}: expected its files at ${adapter?.path ?? 'a known place'}, found nothing there.`,
    remedy: 'Put the files back or add the adapter again from where they are, then retry the job.',
  })
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
