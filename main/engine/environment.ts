/** Where and how a job runs: provider, device, threads, batch. Decided before the model is loaded, stored with the result. */
import { createHash } from 'node:crypto'
import { arch, availableParallelism, platform } from 'node:os'
import { ActbenchError } from '#contract/errors'
import type { Environment, JobSpec } from '#contract/jobs'
import type { Machine } from './preparation.ts'
import { runtimeVersion } from './runtime/providers.ts'
import { engineVersion } from './version.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

export interface DescribedEnvironment {
  readonly machine: Machine
  readonly batchSize: number
  readonly environment: Environment
}

/** Throws `unsupported` when the chosen provider is not available here, with its reason. */
export async function describeEnvironment(
  spec: JobSpec,
  bench: Workbench = createWorkbench(),
): Promise<DescribedEnvironment> {
  const { provider, device } = await chooseProvider(spec.configuration.provider, bench)
  const threads = spec.threads ?? availableParallelism()
  const batchSize = spec.batchSize ?? defaultBatchSize(provider, spec)
  const { chatTemplate } = (await bench.open(spec)).tokenizer
  return {
    machine: { provider, threads },
    batchSize,
    environment: {
      engineVersion,
      onnxruntimeVersion: runtimeVersion(),
      provider,
      device,
      threads,
      batchSize,
      precision: spec.configuration.precision,
      arithmetic: await arithmeticOf(provider, spec, bench),
      platform: `${platform()}-${arch()}`,
      chatTemplateHash:
        chatTemplate === null ? null : createHash('sha256').update(chatTemplate).digest('hex'),
      peakMemoryBytes: null,
    },
  }
}

/** auto: CUDA where there is one, else the CPU. WebGPU copies the KV cache at every step and is chosen only by name. */
async function chooseProvider(wanted: JobSpec['configuration']['provider'], bench: Workbench) {
  const reports = await bench.providers()
  const order = wanted === 'auto' ? (['cuda', 'cpu'] as const) : [wanted]
  for (const provider of order) {
    const report = reports.find((candidate) => candidate.provider === provider)
    if (report?.isAvailable === true) return { provider, device: report.device ?? provider }
  }
  const reason = reports.find((candidate) => candidate.provider === wanted)?.reason
  throw new ActbenchError({
    code: 'unsupported',
    message: `Provider ${wanted} is not available on this machine${reason == null ? '' : `: ${reason}`}.`,
    remedy: 'Choose another provider; `actbench doctor` lists what works here.',
  })
}

/** What the products compute in, in words; measured where the library may decide otherwise. */
async function arithmeticOf(
  provider: Machine['provider'],
  { configuration: { precision } }: JobSpec,
  bench: Workbench,
): Promise<string> {
  if (precision === 'float16') return 'float16'
  if (precision === 'fast') return 'int8 activations in 4- and 8-bit products'
  return (await bench.roundsToTf32(provider))
    ? 'TF32 (float32 rounded to 10 bits of mantissa)'
    : 'float32'
}

/** Above this many weights a CPU is bound by its arithmetic at small batches already. */
const largeForProcessor = 700e6
/** Above this many weights a GPU is bound by its arithmetic, no longer by launches. */
const largeForGraphics = 3e9
/** What the key-value cache of a batch on a GPU may take when prompts have so many tokens. */
const cacheBudgetBytes = 8 * 2 ** 30
const assumedPromptTokens = 512

function defaultBatchSize(provider: Machine['provider'], spec: JobSpec): number {
  const { parameters } = spec.model
  if (provider === 'cpu') return parameters > largeForProcessor ? 16 : 32
  if (provider === 'webgpu' || parameters > largeForGraphics) return 64
  const rows = Math.floor(cacheBudgetBytes / cacheBytesPerRow(spec))
  return Math.min(256, Math.max(8, rows))
}

/** Keys and values of one row at its full length; where a dimension is unknown, those of a model with 8 heads of 128 on 32 layers. */
function cacheBytesPerRow({ model, configuration }: JobSpec): number {
  const { layers, dModel, nHeads, nKvHeads } = model
  const dHead = dModel === null || nHeads === null ? 128 : dModel / nHeads
  const bytes = configuration.precision === 'float16' ? 2 : 4
  const perToken = 2 * (layers ?? 32) * (nKvHeads ?? 8) * dHead * bytes
  return perToken * (assumedPromptTokens + configuration.decoding.maxNewTokens)
}
