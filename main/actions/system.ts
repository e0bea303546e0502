/** What works on this machine and what is going on: Settings, the status line and `actbench doctor` read the same. */
import { availableParallelism, freemem, totalmem } from 'node:os'
import { toAppError } from '#contract/errors'
import type { Health, Status } from '#contract/system'
import { queueState, settings, jobs } from '#db'
import { freeDiskBytes } from '../library/index.ts'
import { checkHealth } from './health-items.ts'
import type { Services } from './services.ts'

export async function getHealth(services: Services): Promise<Health> {
  const { library, paths, resources, versions } = services
  const found = await services.providers().then(
    (providers) => ({ providers, failure: null }),
    (thrown: unknown) => ({ providers: [], failure: toAppError(thrown) }),
  )
  return {
    items: await checkHealth(services, found),
    providers: found.providers,
    versions: { ...versions },
    paths: {
      profile: paths.profile,
      store: paths.store,
      datasets: paths.datasets,
      cache: paths.cache,
      hubCache: library.environment.cacheDir,
      resources: resources.folder,
    },
    environment: library.describeEnvironment(),
  }
}

export async function getStatus({ db, queue, paths, versions }: Services): Promise<Status> {
  const { running, queued } = queueState.count(db.read)
  const [current] = jobs.withStatus(db.read, 'running')
  return {
    threads: settings.getAll(db.read).threads ?? availableParallelism(),
    onnxruntimeVersion: versions['onnxruntime'] ?? 'unknown',
    memoryUsedBytes: totalmem() - freemem(),
    memoryTotalBytes: totalmem(),
    diskFreeBytes: await freeDiskBytes(paths.profile),
    running,
    queued,
    isQueuePaused: queue.isPaused(),
    concurrentJobs: queue.concurrentJobs(),
    currentJobId: current?.id ?? null,
  }
}
