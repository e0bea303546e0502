/** A job on a published data file and a checkpoint as they lie on disk, through the engine's own door; no database, no queue. */
import { join } from 'node:path'
import type { InterventionUse } from '#contract/configurations'
import { jobSpecSchema, type JobEvent, type JobSpec, type SampleResult } from '#contract/jobs'
import { fingerprintCheckpoint, inspectModel, readSuite, suiteRecords } from '#engine/catalog'
import { runJob } from '../../main/engine/run-job.ts'
import { createWorkbench, type Workbench } from '../../main/engine/workbench.ts'
import type { Provider } from '../../main/engine/runtime/types.ts'
import type { VerifyContext } from './check.ts'

export interface SuiteJob {
  readonly modelPath: string
  readonly suiteId: string
  readonly dataPath: string
  /** Samples at even spacing over the file; null: all. */
  readonly limit: number | null
  readonly takesFirst?: boolean
  /** Absent: the suite's own choice. */
  readonly locales?: readonly string[]
  /** Absent: the CPU. */
  readonly provider?: Provider
  /** Absent: the untouched model. */
  readonly interventions?: readonly InterventionUse[]
  /** Hears of every event, with the time since the job began. */
  readonly onEvent?: (event: JobEvent, sinceMs: number) => void
  readonly bench?: Workbench
}

/** Results in exact precision. Throws what the job failed with. */
export async function runSuite(context: VerifyContext, job: SuiteJob): Promise<SampleResult[]> {
  const bench = job.bench ?? createWorkbench()
  const results: SampleResult[] = []
  const startedAt = performance.now()
  try {
    const events = runJob(await suiteJobSpec(context, job), {
      signal: new AbortController().signal,
      log: (_, message) => context.log(message),
      now: () => performance.now(),
      bench,
    })
    for await (const event of events) {
      job.onEvent?.(event, performance.now() - startedAt)
      if (event.type === 'sample-scored') results.push(event.result)
      if (event.type === 'job-ended' && event.error !== null) throw new Error(event.error.message)
    }
  } finally {
    if (job.bench === undefined) await bench.close()
  }
  return results
}

/** The job as the engine gets it. */
export async function suiteJobSpec(context: VerifyContext, job: SuiteJob): Promise<JobSpec> {
  const {
    modelPath,
    suiteId,
    dataPath,
    limit,
    takesFirst = false,
    provider = 'cpu',
    interventions = [],
  } = job
  const locales = job.locales === undefined ? {} : { locales: [...job.locales] }
  const { dataHash, samples } = await readSuite({ suiteId, path: dataPath, options: locales })
  const record = suiteRecords().find(({ id }) => id === suiteId)
  if (record === undefined) throw new Error(`There is no suite ${suiteId}`)
  const resources = join(context.projectRoot, 'resources')
  return jobSpecSchema.parse({
    jobId: suiteId,
    model: {
      ...inspectModel(modelPath),
      id: 'model',
      fingerprint: await fingerprintCheckpoint(modelPath),
      source: { kind: 'file' },
      addedAt: 0,
      isPresent: true,
    },
    configuration: { modelId: 'model', provider, interventions },
    suiteId,
    suiteVersion: record.version,
    suiteOptions: { id: suiteId, limit, spread: !takesFirst, ...locales },
    dataset: {
      ...{ suiteId, path: dataPath, dataHash, sampleCount: samples.length },
      ...{ addedAt: 0, origin: 'file' },
    },
    scorers: record.scorers,
    batchSize: null,
    threads: context.threads,
    doneSampleIds: [],
    artifacts: [],
    passport: null,
    calibrationTextPath: join(resources, 'calibration', 'plain.txt'),
    probeTextPath: join(resources, 'text', 'perplexity.txt'),
    cacheDir: context.scratch,
  })
}
