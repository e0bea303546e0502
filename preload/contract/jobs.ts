/** Jobs, runs, and the events that stream up from the engine. */
import { z } from 'zod'
import { appErrorSchema } from './errors.ts'
import { configurationSchema, passportSchema } from './configurations.ts'
import { jsonSchema } from './json.ts'
import { modelSchema } from './models.ts'
import { adapterSchema } from './adapters.ts'
import { activationSpaceSchema, planSchema, planSuiteSchema } from './plans.ts'
import {
  judgeUseSchema,
  responseSchema,
  sampleSchema,
  scoreSchema,
  scorerUseSchema,
  suiteDatasetSchema,
} from './suites.ts'

export const jobStatusSchema = z.enum([
  'queued',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'interrupted',
])
/** interrupted: its owner died while it ran; it can be resumed. */
export type JobStatus = z.infer<typeof jobStatusSchema>

export const jobStageSchema = z.enum(['loading', 'calibrating', 'verifying', 'running', 'scoring'])
export type JobStage = z.infer<typeof jobStageSchema>

/** Where a result was made: enough to repeat it. */
export const environmentSchema = z.object({
  engineVersion: z.string(),
  onnxruntimeVersion: z.string(),
  provider: z.enum(['cpu', 'cuda', 'webgpu']),
  /** Name of the CPU or GPU. */
  device: z.string(),
  threads: z.number().int(),
  batchSize: z.number().int(),
  precision: z.string(),
  /** What products compute in (`float32`, `TF32 ...`), measured on GPUs. */
  arithmetic: z.string().optional(),
  platform: z.string(),
  chatTemplateHash: z.string().nullable(),
  /** Peak resident memory of the engine process while samples were with the model (of all its time where the system cannot tell), bytes. */
  peakMemoryBytes: z.number().nullable(),
})
export type Environment = z.infer<typeof environmentSchema>

/** What a job is for: answering a suite, judging another job's answers, or a study of activations. */
export const jobKindSchema = z.enum(['evaluation', 'judging', 'activation-space'])
export type JobKind = z.infer<typeof jobKindSchema>

/** The part of a job beyond configuration and suite, as stored. Null for an evaluation. */
export const jobTaskSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('judging'),
    /** Job whose answers are judged. */
    sourceJobId: z.string(),
    use: judgeUseSchema,
  }),
  activationSpaceSchema,
])
export type JobTask = z.infer<typeof jobTaskSchema>

/** The same as the engine gets it: with the data that it needs. */
export const engineTaskSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('judging'),
    use: judgeUseSchema,
    /** Answers that wait for a judgement. `model` of the spec is the judge's own. */
    answers: z.array(z.object({ sample: sampleSchema, response: responseSchema })),
    total: z.number().int(),
  }),
  activationSpaceSchema.extend({ harmlessDataset: suiteDatasetSchema }),
])
export type EngineTask = z.infer<typeof engineTaskSchema>

/** The message down to the engine: complete, so that it asks nothing back. */
export const jobSpecSchema = z.object({
  jobId: z.string(),
  model: modelSchema,
  configuration: configurationSchema,
  suiteId: z.string(),
  suiteVersion: z.number().int(),
  suiteOptions: planSuiteSchema,
  dataset: suiteDatasetSchema,
  scorers: z.array(scorerUseSchema),
  batchSize: z.number().int().nullable(),
  threads: z.number().int().nullable(),
  /** Ids already stored: a resumed job repeats nothing. */
  doneSampleIds: z.array(z.string()),
  /** Fitted artifacts by key, from earlier jobs. */
  artifacts: z.array(z.object({ key: z.string(), hash: z.string(), payload: jsonSchema })),
  /** A passport of the same recipe, made earlier; null makes the engine issue one. */
  passport: passportSchema.nullable(),
  calibrationTextPath: z.string(),
  probeTextPath: z.string(),
  /** Folder of trained scales, `SHA256.safetensors` each: a configuration names them by their sha256. */
  trainedScalesFolder: z.string().default(''),
  /** Where repacked weights may be kept. */
  cacheDir: z.string(),
  adapter: adapterSchema.nullable().default(null),
  /** Null: an evaluation. */
  task: engineTaskSchema.nullable().default(null),
})
export type JobSpec = z.infer<typeof jobSpecSchema>

export const sampleResultSchema = z.object({
  sample: sampleSchema,
  response: responseSchema.nullable(),
  scores: z.array(scoreSchema),
  /** Set when this one sample could not be run; the job goes on. */
  error: appErrorSchema.nullable(),
})
export type SampleResult = z.infer<typeof sampleResultSchema>

export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job-started'),
    total: z.number().int(),
    remaining: z.number().int(),
    environment: environmentSchema,
  }),
  z.object({ type: z.literal('stage-changed'), stage: jobStageSchema, detail: z.string() }),
  z.object({
    type: z.literal('artifact-fitted'),
    key: z.string(),
    hash: z.string(),
    payload: jsonSchema,
  }),
  z.object({ type: z.literal('passport-issued'), passport: passportSchema }),
  /** These samples go to the model now: should the engine die, they are the suspects. */
  z.object({ type: z.literal('samples-started'), samples: z.array(sampleSchema) }),
  z.object({ type: z.literal('sample-scored'), result: sampleResultSchema }),
  /** A judge's verdict on one answer of another job. */
  z.object({
    type: z.literal('sample-judged'),
    sampleId: z.string(),
    scores: z.array(scoreSchema),
  }),
  /** The result of a study, whole. */
  z.object({ type: z.literal('analysis-finished'), payload: jsonSchema }),
  /** Tokens generated since the last one of these: the rate. */
  z.object({ type: z.literal('tokens-generated'), count: z.number().int() }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['info', 'warning', 'error']),
    message: z.string(),
  }),
  z.object({
    type: z.literal('job-ended'),
    status: z.enum(['done', 'cancelled', 'failed']),
    error: appErrorSchema.nullable(),
    peakMemoryBytes: z.number().nullable(),
  }),
])
export type JobEvent = z.infer<typeof jobEventSchema>

export const jobSchema = z.object({
  id: z.string(),
  runId: z.string(),
  kind: jobKindSchema,
  task: jobTaskSchema.nullable(),
  configurationHash: z.string(),
  configurationName: z.string(),
  modelId: z.string(),
  suiteId: z.string(),
  suiteVersion: z.number().int(),
  suiteOptions: planSuiteSchema,
  dataHash: z.string(),
  status: jobStatusSchema,
  stage: jobStageSchema.nullable(),
  /** Place in the queue; lower runs first. */
  position: z.number(),
  total: z.number().int().nullable(),
  /** Samples stored, whether scored or failed. */
  done: z.number().int(),
  failed: z.number().int(),
  attempts: z.number().int(),
  error: appErrorSchema.nullable(),
  environment: environmentSchema.nullable(),
  passportHash: z.string().nullable(),
  isVerified: z.boolean().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Time spent running, over all attempts, without pauses. */
  activeMs: z.number(),
  /** The part of `activeMs` in which samples were with the model: what speeds are taken over. */
  generatingMs: z.number(),
  tokensGenerated: z.number(),
  /** Live only; null when it is not running or not known yet. */
  samplesPerSecond: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  remainingMs: z.number().nullable(),
})
export type Job = z.infer<typeof jobSchema>

export const runSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number(),
  jobs: z.array(jobSchema),
})
export type Run = z.infer<typeof runSchema>

export const runDetailSchema = runSchema.extend({ plan: planSchema })
export type RunDetail = z.infer<typeof runDetailSchema>

export const logLineSchema = z.object({
  at: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
})
export type LogLine = z.infer<typeof logLineSchema>

/** A stored sample in a list: narrow, first line of the answer only. */
export const storedSampleSchema = z.object({
  rowId: z.number().int(),
  sampleId: z.string(),
  index: z.number().int(),
  category: z.string().nullable(),
  expectation: z.string(),
  prompt: z.string(),
  answer: z.string().nullable(),
  finishReason: z.string().nullable(),
  newTokens: z.number().int(),
  latencyMs: z.number().nullable(),
  scores: z.array(scoreSchema),
  error: appErrorSchema.nullable(),
})
export type StoredSample = z.infer<typeof storedSampleSchema>

export const scoringSchema = z.object({
  id: z.number().int(),
  jobId: z.string(),
  scorer: z.string(),
  variant: z.string(),
  version: z.number().int(),
  scoredAt: z.number(),
  samples: z.number().int(),
  /** The newest one of its scorer and variant: what aggregates read. */
  isCurrent: z.boolean(),
})
export type Scoring = z.infer<typeof scoringSchema>
