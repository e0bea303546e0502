/** Where and how a job runs: provider, device, threads, batch. Decided before the model is loaded, stored with the result. */
import { createHash } from 'node:crypto'
import { arch, availableParallelism, platform } from 'node:os'
import { ActbenchError } from '#contract/errors'
import type { Environment, JobSpec } from '#contract/jobs'
import { openCheckpoint } from './checkpoint/open.ts'
import type { Machine } from './prepare.ts'
import { detectProviders, runtimeVersion } from './runtime/providers.ts'
import { roundsToTf32 } from './runtime/tf32.ts'
import { openTokenizer } from './tokenizer/open.ts'
import { engineVersion } from './version.ts'

export interface DescribedEnvironment {
  readonly machine: Machine
  readonly batchSize: number
  readonly environment: Environment
}

/** Throws `unsupported` when the chosen provider is not available here, with its reason. */
export async function describeEnvironment(spec: JobSpec): Promise<DescribedEnvironment> {
  const { provider, device } = await chooseProvider(spec.configuration.provider)
  const threads = spec.threads ?? availableParallelism()
  const batchSize = spec.batchSize ?? defaultBatchSize(provider, spec.model.parameters)
  const { chatTemplate } = openTokenizer(openCheckpoint(spec.model.path))
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
      arithmetic: await arithmeticOf(provider, spec.configuration.precision),
      platform: `${platform()}-${arch()}`,
      chatTemplateHash:
        chatTemplate === null ? null : createHash('sha256').update(chatTemplate).digest('hex'),
      peakMemoryBytes: null,
    },
  }
}

/** auto: CUDA where there is one, else the CPU. WebGPU copies the KV cache at every step and is chosen only by name. */
async function chooseProvider(wanted: JobSpec['configuration']['provider']) {
  const reports = await detectProviders()
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
  precision: JobSpec['configuration']['precision'],
): Promise<string> {
  if (precision === 'float16') return 'float16'
  if (precision === 'fast') return 'int8 activations in 4- and 8-bit products'
  return (await roundsToTf32(provider))
    ? 'TF32 (float32 rounded to 10 bits of mantissa)'
    : 'float32'
}

/** Above this many weights a CPU is bound by its arithmetic at small batches already. */
const largeModel = 700e6

function defaultBatchSize(provider: Machine['provider'], parameters: number): number {
  if (provider !== 'cpu') return 64
  return parameters > largeModel ? 16 : 32
}
