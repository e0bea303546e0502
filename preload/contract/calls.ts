/**
 * The one table of what a page or the CLI may ask: channel -> input and output. Main's actions, the renderer's `call`
 * and the CLI derive from it, so a channel without an action does not compile.
 */
import { z } from 'zod'
import { adapterInspectionSchema, adapterSchema } from './adapters.ts'
import { cacheIdSchema, cacheSchema } from './caches.ts'
import {
  agreementSchema,
  comparedPageSchema,
  comparisonSchema,
  comparisonSpecSchema,
  reportFormatSchema,
  sampleDetailSchema,
  sampleFilterSchema,
} from './comparisons.ts'
import {
  configurationSchema,
  interventionRecordSchema,
  passportSchema,
  storedConfigurationSchema,
} from './configurations.ts'
import {
  jobSchema,
  logLineSchema,
  runDetailSchema,
  runSchema,
  scoringSchema,
  storedSampleSchema,
} from './jobs.ts'
import { labelDrawSchema, labelItemSchema, labelReportSchema, labelSchema } from './labels.ts'
import { downloadSchema, modelInspectionSchema, modelSchema } from './models.ts'
import { nluErrorsQuerySchema, nluErrorsSchema } from './nlu-errors.ts'
import { planEstimateSchema, planSchema } from './plans.ts'
import {
  judgeUseSchema,
  metricRecordSchema,
  rubricRecordSchema,
  sampleSchema,
  scorerRecordSchema,
  scorerUseSchema,
  suiteSchema,
} from './suites.ts'
import { healthSchema, settingsChangeSchema, settingsSchema, statusSchema } from './system.ts'

const nothing = z.object({})
const none = z.null()
const id = z.object({ id: z.string() })

export const calls = {
  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.inspect': { input: z.object({ path: z.string() }), output: modelInspectionSchema },
  'models.add': {
    input: z.object({ path: z.string(), name: z.string().nullable() }),
    output: modelSchema,
  },
  'models.remove': { input: id, output: none },
  'models.download': {
    input: z.object({
      repo: z.string(),
      revision: z.string().nullable(),
      file: z.string().nullable(),
    }),
    output: downloadSchema,
  },
  /** Files of a hub repository that could be registered: GGUF files, or the safetensors set. */
  'models.hubFiles': {
    input: z.object({ repo: z.string(), revision: z.string().nullable() }),
    output: z.object({
      repo: z.string(),
      revision: z.string(),
      licence: z.string().nullable(),
      choices: z.array(
        z.object({
          file: z.string().nullable(),
          title: z.string(),
          sizeBytes: z.number().nullable(),
        }),
      ),
    }),
  },
  'models.downloads': { input: nothing, output: z.array(downloadSchema) },
  'models.cancelDownload': { input: id, output: none },

  'adapters.list': { input: nothing, output: z.array(adapterSchema) },
  'adapters.inspect': { input: z.object({ path: z.string() }), output: adapterInspectionSchema },
  'adapters.add': {
    input: z.object({ path: z.string(), name: z.string().nullable() }),
    output: adapterSchema,
  },
  'adapters.remove': { input: id, output: none },

  'catalog.interventions': { input: nothing, output: z.array(interventionRecordSchema) },
  'catalog.scorers': { input: nothing, output: z.array(scorerRecordSchema) },
  'catalog.metrics': { input: nothing, output: z.array(metricRecordSchema) },
  'catalog.rubrics': { input: nothing, output: z.array(rubricRecordSchema) },

  'suites.list': { input: nothing, output: z.array(suiteSchema) },
  'suites.samples': {
    input: z.object({
      suiteId: z.string(),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
    output: z.object({ samples: z.array(sampleSchema), total: z.number().int() }),
  },
  'suites.obtain': { input: z.object({ suiteId: z.string() }), output: suiteSchema },
  'suites.import': {
    input: z.object({ suiteId: z.string(), path: z.string() }),
    output: suiteSchema,
  },

  /** Those that a person saved. */
  'configurations.list': { input: nothing, output: z.array(storedConfigurationSchema) },
  /** Any one, saved or only named by a plan: results lead to it by its hash. */
  'configurations.get': {
    input: z.object({ hash: z.string() }),
    output: storedConfigurationSchema,
  },
  'configurations.save': {
    input: z.object({ name: z.string().min(1), configuration: configurationSchema }),
    output: storedConfigurationSchema,
  },
  'configurations.remove': { input: z.object({ hash: z.string() }), output: none },
  /** The newest passport of this configuration's recipe; null when none was issued yet. */
  'configurations.passport': {
    input: z.object({ hash: z.string() }),
    output: passportSchema.nullable(),
  },

  'plans.parse': { input: z.object({ text: z.string() }), output: planSchema },
  'plans.print': { input: z.object({ plan: planSchema }), output: z.object({ yaml: z.string() }) },
  /** The plan with its sweeps and maps written out as single configurations. */
  'plans.expand': { input: z.object({ plan: planSchema }), output: planSchema },
  'plans.estimate': { input: z.object({ plan: planSchema }), output: planEstimateSchema },
  'plans.start': { input: z.object({ plan: planSchema }), output: runDetailSchema },
  'plans.demo': { input: nothing, output: runDetailSchema },

  'runs.list': { input: nothing, output: z.array(runSchema) },
  'runs.get': { input: id, output: runDetailSchema },
  'runs.remove': { input: id, output: none },
  'runs.pause': { input: id, output: none },
  'runs.resume': { input: id, output: none },
  'runs.cancel': { input: id, output: none },

  'jobs.get': { input: id, output: jobSchema },
  'jobs.pause': { input: id, output: none },
  'jobs.resume': { input: id, output: none },
  'jobs.cancel': { input: id, output: none },
  'jobs.retry': { input: id, output: none },
  /** Moves a waiting job before another one; null: to the end. */
  'jobs.move': {
    input: z.object({ id: z.string(), beforeId: z.string().nullable() }),
    output: none,
  },
  'jobs.log': {
    input: z.object({ id: z.string(), limit: z.number().int().min(1).max(2000) }),
    output: z.array(logLineSchema),
  },
  'jobs.samples': {
    input: z.object({
      id: z.string(),
      afterRowId: z.number().int().nullable(),
      limit: z.number().int().min(1).max(500),
      newestFirst: z.boolean(),
    }),
    output: z.array(storedSampleSchema),
  },
  'jobs.passport': { input: id, output: passportSchema.nullable() },
  'jobs.scorings': { input: id, output: z.array(scoringSchema) },
  /** Judges stored answers again, without generating; earlier scores stay as history. */
  'jobs.rescore': {
    input: z.object({ id: z.string(), scorer: scorerUseSchema }),
    output: scoringSchema,
  },

  /** Queues judging of a finished job's answers by a judge model, in the run of that job. */
  'jobs.judge': {
    input: z.object({ id: z.string(), use: judgeUseSchema }),
    output: jobSchema,
  },

  'samples.get': { input: z.object({ rowId: z.number().int() }), output: sampleDetailSchema },
  /** Full-text search over all stored prompts and answers. */
  'samples.search': {
    input: z.object({ text: z.string().min(1), limit: z.number().int().min(1).max(100) }),
    output: z.array(
      z.object({
        rowId: z.number().int(),
        jobId: z.string(),
        runId: z.string(),
        sampleId: z.string(),
        suiteId: z.string(),
        configurationName: z.string(),
        excerpt: z.string(),
      }),
    ),
  },

  'comparisons.get': { input: comparisonSpecSchema, output: comparisonSchema },
  'comparisons.samples': {
    input: z.object({
      spec: comparisonSpecSchema,
      filter: sampleFilterSchema,
      cursor: z.string().nullable(),
      limit: z.number().int().min(1).max(500),
    }),
    output: comparedPageSchema,
  },
  /** Every pair of judges that have judged the same metric of a suite. */
  'comparisons.agreement': { input: comparisonSpecSchema, output: z.array(agreementSchema) },

  /** Of a suite of utterances: which intents are taken for others, which slots and domains suffer. */
  'comparisons.nluErrors': { input: nluErrorsQuerySchema, output: nluErrorsSchema },

  /** A random sample of answers over all columns, in an order that hides where they come from. */
  'labels.draw': { input: labelDrawSchema, output: z.array(labelItemSchema) },
  /** Null takes a label back. */
  'labels.set': {
    input: z.object({ rowId: z.number().int(), label: labelSchema.nullable() }),
    output: none,
  },
  'labels.report': {
    input: z.object({ spec: comparisonSpecSchema, suiteId: z.string() }),
    output: labelReportSchema,
  },

  /** Writes the report and returns its path. `includeAnswers` false leaves prompts and answers out. */
  'comparisons.export': {
    input: z.object({
      spec: comparisonSpecSchema,
      format: reportFormatSchema,
      path: z.string(),
      includeAnswers: z.boolean(),
      /** With `csv`: the aggregate figures, one row each, instead of the samples. */
      onlyFigures: z.boolean().optional(),
    }),
    output: z.object({ path: z.string(), sizeBytes: z.number() }),
  },

  'system.health': { input: nothing, output: healthSchema },
  'system.status': { input: nothing, output: statusSchema },
  'caches.list': { input: nothing, output: z.array(cacheSchema) },
  /** Refused while a job runs. Returns what is left. */
  'caches.clear': {
    input: z.object({ ids: z.array(cacheIdSchema).min(1) }),
    output: z.array(cacheSchema),
  },
  'queue.pause': { input: nothing, output: none },
  'queue.resume': { input: nothing, output: none },
  /** How many jobs run at once, each in an engine process of its own: useful on a GPU, where one job leaves most of it idle. */
  'queue.setConcurrency': {
    input: z.object({ jobs: z.number().int().min(1).max(16) }),
    output: none,
  },
  'settings.get': { input: nothing, output: settingsSchema },
  'settings.set': { input: settingsChangeSchema, output: settingsSchema },

  /** Only the desktop answers these; null when the person cancelled. */
  'dialogs.openModel': {
    input: z.object({ kind: z.enum(['file', 'directory']) }),
    output: z.string().nullable(),
  },
  'dialogs.openDataset': {
    input: z.object({ kind: z.enum(['file', 'directory']) }),
    output: z.string().nullable(),
  },
  'dialogs.openText': { input: nothing, output: z.string().nullable() },
  'dialogs.openScales': { input: nothing, output: z.string().nullable() },
  'dialogs.saveReport': {
    input: z.object({ format: reportFormatSchema, suggestedName: z.string() }),
    output: z.string().nullable(),
  },
  'dialogs.savePlan': {
    input: z.object({ yaml: z.string(), suggestedName: z.string() }),
    output: z.string().nullable(),
  },
  'dialogs.revealPath': { input: z.object({ path: z.string() }), output: none },
  /**
   * Renames a damaged store and begins an empty one; answers the path at which the damaged one lies now. Asked for by a
   * person who was shown `damaged-store`; refused while the store is open.
   */
  'dialogs.setStoreAside': { input: nothing, output: z.object({ path: z.string() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.infer<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.infer<Calls[N]['output']>

/** Channels that need a desktop; everything else works headless too. */
export type DialogName = Extract<CallName, `dialogs.${string}`>
/** What main/actions must offer: one function for each channel that works headless. */
export type Actions = {
  readonly [N in Exclude<CallName, DialogName>]: (input: CallInput<N>) => Promise<CallOutput<N>>
}
export type Dialogs = {
  readonly [N in DialogName]: (input: CallInput<N>) => Promise<CallOutput<N>>
}
