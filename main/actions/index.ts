/**
 * Everything that a person can do, as one table: the app's ipc and the CLI call the same functions. The type makes a
 * channel without an action a compile error.
 */
import type { Actions, CallInput, CallOutput } from '#contract/calls'
import { addAdapter, inspectAdapter, listAdapters, removeAdapter } from './adapters.ts'
import { clearCaches, listCaches } from './caches.ts'
import {
  getConfiguration,
  getConfigurationPassport,
  listConfigurations,
  removeConfiguration,
  saveConfiguration,
} from './configurations.ts'
import { exportComparison } from './export-comparison.ts'
import { judgeJob } from './judge.ts'
import { getJob, getJobLog, getJobPassport, listJobSamples, listScorings } from './jobs.ts'
import { drawLabels, setLabel } from './labels.ts'
import {
  addModel,
  cancelDownload,
  downloadModel,
  inspectModel,
  listDownloads,
  listHubFiles,
  listModels,
  removeModel,
} from './models.ts'
import { estimatePlan } from './plan-estimate.ts'
import { parsePlan, printPlan } from './plan-text.ts'
import { expandPlan, startDemo, startPlan } from './plans.ts'
import type { ReadingName } from './reader.ts'
import { rescoreJob } from './rescore.ts'
import { cancelRun, getRun, listRuns, pauseRun, removeRun, resumeRun } from './runs.ts'
import { getSample, searchSamples } from './samples.ts'
import type { Services } from './services.ts'
import { getSettings, setSettings } from './settings.ts'
import { createSuiteData } from './suite-data.ts'
import { importSuite, listSuiteSamples, listSuites, obtainSuite } from './suites.ts'
import { getHealth, getStatus } from './system.ts'

export { continueSearch, followSearches } from './continue-search.ts'
export { registerEmbedded } from './embedded.ts'
export {
  openServices,
  setStoreAside,
  type HostOptions,
  type OpenServices,
} from './open-services.ts'
export { demoModel, locateResources, type Resources } from './resources.ts'
export type { Paths, PrintPdf, QueueControl, Services } from './services.ts'

export function createActions(services: Services): Actions {
  const { catalog, queue } = services
  const context = { ...services, suiteData: createSuiteData(catalog) }

  /** Hands the services in; whatever the action throws rejects the promise. */
  const bind =
    <Input, Output>(action: (given: typeof context, input: Input) => Output | Promise<Output>) =>
    async (input: Input): Promise<Output> =>
      await action(context, input)

  const read =
    <N extends ReadingName>(name: N) =>
    (input: CallInput<N>): Promise<CallOutput<N>> =>
      services.reader.read(name, input)

  const control =
    (act: (id: string) => Promise<void>) =>
    async ({ id }: { readonly id: string }): Promise<null> => {
      await act(id)
      return null
    }

  return {
    'models.list': bind(listModels),
    'models.inspect': bind(inspectModel),
    'models.add': bind(addModel),
    'models.remove': bind(removeModel),
    'models.download': bind(downloadModel),
    'models.hubFiles': bind(listHubFiles),
    'models.downloads': bind(listDownloads),
    'models.cancelDownload': bind(cancelDownload),

    'adapters.list': bind(listAdapters),
    'adapters.inspect': bind(inspectAdapter),
    'adapters.add': bind(addAdapter),
    'adapters.remove': bind(removeAdapter),

    'catalog.interventions': bind(() => catalog.interventionRecords()),
    'catalog.scorers': bind(() => catalog.scorerRecords()),
    'catalog.metrics': bind(() => [...catalog.metricRecords()]),
    'catalog.rubrics': bind(() => catalog.rubricRecords()),

    'suites.list': bind(listSuites),
    'suites.samples': bind(listSuiteSamples),
    'suites.obtain': bind(obtainSuite),
    'suites.import': bind(importSuite),

    'configurations.list': bind(listConfigurations),
    'configurations.get': bind(getConfiguration),
    'configurations.save': bind(saveConfiguration),
    'configurations.remove': bind(removeConfiguration),
    'configurations.passport': bind(getConfigurationPassport),

    'plans.parse': bind((_, { text }) => parsePlan(text)),
    'plans.print': bind((_, { plan }) => ({ yaml: printPlan(plan) })),
    'plans.expand': bind(expandPlan),
    'plans.estimate': bind((given, { plan }) => estimatePlan(given, plan)),
    'plans.start': bind(startPlan),
    'plans.demo': bind(startDemo),

    'runs.list': bind(listRuns),
    'runs.get': bind(getRun),
    'runs.remove': bind(removeRun),
    'runs.pause': bind(pauseRun),
    'runs.resume': bind(resumeRun),
    'runs.cancel': bind(cancelRun),

    'jobs.get': bind(getJob),
    'jobs.pause': control(queue.pauseJob),
    'jobs.resume': control(queue.resumeJob),
    'jobs.cancel': control(queue.cancelJob),
    'jobs.retry': control(queue.retryJob),
    'jobs.move': async ({ id, beforeId }) => {
      await queue.moveJob(id, beforeId)
      return null
    },
    'jobs.log': bind(getJobLog),
    'jobs.samples': bind(listJobSamples),
    'jobs.passport': bind(getJobPassport),
    'jobs.scorings': bind(listScorings),
    'jobs.rescore': bind(rescoreJob),
    'jobs.judge': bind(judgeJob),

    'samples.get': bind(getSample),
    'samples.search': bind(searchSamples),

    'comparisons.get': read('comparisons.get'),
    'comparisons.samples': read('comparisons.samples'),
    'comparisons.agreement': read('comparisons.agreement'),
    'comparisons.nluErrors': read('comparisons.nluErrors'),
    'comparisons.export': bind(exportComparison),

    'labels.draw': bind(drawLabels),
    'labels.set': bind(setLabel),
    'labels.report': read('labels.report'),

    'system.health': bind(getHealth),
    'system.status': bind(getStatus),
    'caches.list': bind(listCaches),
    'caches.clear': bind(clearCaches),
    'queue.pause': async () => {
      await queue.pauseAll()
      return null
    },
    'queue.resume': async () => {
      await queue.resumeAll()
      return null
    },
    'queue.setConcurrency': bind((given, { jobs }) => {
      given.queue.setConcurrency(jobs)
      return null
    }),
    'settings.get': bind(getSettings),
    'settings.set': bind(setSettings),
  }
}
