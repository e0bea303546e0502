/** What works on this machine: the Settings page, the status line and `actbench doctor` read the same. */
import { z } from 'zod'

export const healthItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'warning', 'failed', 'absent']),
  detail: z.string(),
  remedy: z.string().nullable(),
})
export type HealthItem = z.infer<typeof healthItemSchema>

export const providerReportSchema = z.object({
  provider: z.enum(['cpu', 'cuda', 'webgpu']),
  isAvailable: z.boolean(),
  device: z.string().nullable(),
  /** Why it is not available and what to do about it. */
  reason: z.string().nullable(),
})
export type ProviderReport = z.infer<typeof providerReportSchema>

export const healthSchema = z.object({
  items: z.array(healthItemSchema),
  providers: z.array(providerReportSchema),
  versions: z.record(z.string(), z.string()),
  paths: z.record(z.string(), z.string()),
  /** HF_HOME, HF_ENDPOINT, proxies ... in effect; tokens are shown as "set", never printed. */
  environment: z.record(z.string(), z.string()),
})
export type Health = z.infer<typeof healthSchema>

export const statusSchema = z.object({
  threads: z.number().int(),
  onnxruntimeVersion: z.string(),
  memoryUsedBytes: z.number(),
  memoryTotalBytes: z.number(),
  diskFreeBytes: z.number(),
  running: z.number().int(),
  queued: z.number().int(),
  isQueuePaused: z.boolean(),
  concurrentJobs: z.number().int(),
  currentJobId: z.string().nullable(),
})
export type Status = z.infer<typeof statusSchema>

const settingsFields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Last address of the window, to which a restart returns. */
  lastAddress: z.string(),
  threads: z.number().int().min(1).max(256).nullable(),
  /** Harmful prompts and answers stay covered until asked for. */
  coverSensitiveText: z.boolean(),
  /** Widths of panes and columns, by name. */
  layout: z.record(z.string(), z.number()),
}

export const settingsSchema = z.object({
  theme: settingsFields.theme.default('system'),
  lastAddress: settingsFields.lastAddress.default('/'),
  threads: settingsFields.threads.default(null),
  coverSensitiveText: settingsFields.coverSensitiveText.default(true),
  layout: settingsFields.layout.default({}),
})

/** Some settings. Not `settingsSchema.partial()`: that fills in the defaults, which would undo every other setting. */
export const settingsChangeSchema = z.object(settingsFields).partial()
export type Settings = z.infer<typeof settingsSchema>
