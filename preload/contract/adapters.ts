/** A low-rank adapter in the layout of PEFT: registered once, attached to a checkpoint by a configuration, merged at load. */
import { z } from 'zod'

/** What can be read from `adapter_config.json` and the header of `adapter_model.safetensors`. */
export const adapterInspectionSchema = z.object({
  name: z.string(),
  /** The folder. */
  path: z.string(),
  rank: z.number().int(),
  alpha: z.number(),
  /** Modules that it changes, as the file names them (`q_proj`, `down_proj`). */
  targets: z.array(z.string()),
  /** Layers that it changes, ascending. */
  layers: z.array(z.number().int()),
  /** Name of the base model as its maker wrote it; null when the file has none. Shown, not enforced: shapes are. */
  baseModel: z.string().nullable(),
  parameters: z.number().int(),
  sizeBytes: z.number(),
  /** Why it cannot be used here, one sentence each; empty when it can. */
  unsupported: z.array(z.string()),
})
export type AdapterInspection = z.infer<typeof adapterInspectionSchema>

export const adapterSchema = adapterInspectionSchema.extend({
  /** Slug of the name, `@`, first 12 hex digits of the fingerprint. */
  id: z.string(),
  /** sha256 over the adapter's files, 64 hex digits. */
  fingerprint: z.string(),
  addedAt: z.number(),
  isPresent: z.boolean(),
})
export type Adapter = z.infer<typeof adapterSchema>
