/** A job on a published data file and a checkpoint as they lie on disk, through the engine's own door; no database, no queue. */
import { join } from 'node:path'
import { jobSpecSchema, type JobSpec, type SampleResult } from '#contract/jobs'
import { fingerprintCheckpoint, inspectModel, readSuite, suiteRecords } from '#engine/catalog'
import { runJob } from '../../main/engine/run-job.ts'
import { createWorkbench, type Workbench } from '../../main/engine/workbench.ts'
import type { VerifyContext } from './check.ts'

export interface SuiteJob {
  readonly modelPath: string
  readonly suiteId: string
  readonly dataPath: string
  /** Samples at even spacing over the file; null: all. */
  readonly limit: number | null
  readonly takesFirst?: boolean
  readonly bench?: Workbench
}

/** Results of the untouched model in exact precision on the CPU. Throws what the job failed with. */
export async function runSuite(context: VerifyContext, job: SuiteJob): Promise<SampleResult[]> {
  const bench = job.bench ?? createWorkbench()
  const results: SampleResult[] = []
  try {
    const events = runJob(await suiteJobSpec(context, job), {
      signal: new AbortController().signal,
      log: (_, message) => context.log(message),
      now: () => performance.now(),
      bench,
    })
    for await (const event of events) {
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
  const { modelPath, suiteId, dataPath, limit, takesFirst = false } = job
  const { dataHash, samples } = await readSuite({ suiteId, path: dataPath })
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
    configuration: { modelId: 'model', provider: 'cpu', interventions: [] },
    suiteId,
    suiteVersion: record.version,
    suiteOptions: { id: suiteId, limit, spread: !takesFirst },
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
