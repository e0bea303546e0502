/** A registered model: architecture + checkpoint + tokenizer + chat template. */
import { z } from 'zod'

export const providerSchema = z.enum(['auto', 'cpu', 'cuda', 'webgpu'])
export type Provider = z.infer<typeof providerSchema>

export const precisionSchema = z.enum(['exact', 'fast', 'float16'])
/** exact: float32 arithmetic on the checkpoint's own values. fast: int8 activations inside block-quantised products. float16: GPU only. */
export type Precision = z.infer<typeof precisionSchema>

/**
 * What a checkpoint computes: next tokens, intent and slots (an encoder with both heads), sentence vectors (an encoder without
 * heads: nothing scores it), or an output text from an input text.
 */
export const modelTaskSchema = z.enum(['language-model', 'nlu', 'encoder', 'text-to-text'])
export type ModelTask = z.infer<typeof modelTaskSchema>

export const modelSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('embedded') }),
  z.object({ kind: z.literal('file') }),
  z.object({
    kind: z.literal('hub'),
    repo: z.string(),
    /** Commit, never a branch: a run must name what it read. */
    revision: z.string(),
  }),
])

/** What can be read from a checkpoint without loading its weights. */
export const modelInspectionSchema = z.object({
  name: z.string(),
  path: z.string(),
  format: z.enum(['gguf', 'safetensors']),
  architecture: z.string(),
  /** Count of weights, tied ones once. */
  parameters: z.number().int(),
  /** Dominant encoding by bytes, as people say it (`Q4_K_M`, `Q4_1`, `BF16`). */
  quantisation: z.string(),
  encodings: z.array(
    z.object({ encoding: z.string(), tensors: z.number().int(), sizeBytes: z.number() }),
  ),
  contextLength: z.number().int().nullable(),
  layers: z.number().int().nullable(),
  dModel: z.number().int().nullable(),
  nHeads: z.number().int().nullable(),
  nKvHeads: z.number().int().nullable(),
  dMlp: z.number().int().nullable(),
  vocab: z.number().int().nullable(),
  hasChatTemplate: z.boolean(),
  licence: z.string().nullable(),
  sizeBytes: z.number(),
  /** Absent: a causal language model. */
  task: modelTaskSchema.optional(),
  /** Why it cannot run here, one sentence each; empty when it can. */
  unsupported: z.array(z.string()),
  /** What runs with a restriction (no chat template: base model ...). */
  notices: z.array(z.string()),
})
export type ModelInspection = z.infer<typeof modelInspectionSchema>

export const modelSchema = modelInspectionSchema.extend({
  /** Readable and content-addressed: slug of the name, `@`, first 12 hex digits of the fingerprint. */
  id: z.string(),
  /** sha256 over the checkpoint's files, 64 hex digits. */
  fingerprint: z.string(),
  source: modelSourceSchema,
  /** Epoch milliseconds. */
  addedAt: z.number(),
  /** The files are still where they were. */
  isPresent: z.boolean(),
})
export type Model = z.infer<typeof modelSchema>

export const downloadSchema = z.object({
  id: z.string(),
  repo: z.string(),
  revision: z.string(),
  /** Files of this download in order. */
  files: z.array(
    z.object({ name: z.string(), sizeBytes: z.number().nullable(), doneBytes: z.number() }),
  ),
  status: z.enum(['running', 'registering', 'done', 'failed', 'cancelled']),
  sizeBytes: z.number().nullable(),
  doneBytes: z.number(),
  bytesPerSecond: z.number().nullable(),
  error: z.string().nullable(),
  modelId: z.string().nullable(),
})
export type Download = z.infer<typeof downloadSchema>
