/** Which execution providers work on this machine, and why the others do not. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { arch, platform } from 'node:process'
import { promisify } from 'node:util'
import { createBuilder } from '../graph/builder.ts'
import { createSession, runtimeVersion } from './session.ts'
import type { Provider } from './types.ts'

export interface ProviderReport {
  readonly provider: Provider
  readonly isAvailable: boolean
  /** What computes there; null when not available. */
  readonly device: string | null
  /** Why it is not available; null when it is. */
  readonly reason: string | null
}

export const providers: readonly Provider[] = ['cpu', 'cuda', 'webgpu']

/** Tries each provider on a small product. Starting a GPU provider takes a second or two. */
export async function detectProviders(): Promise<readonly ProviderReport[]> {
  const reports: ProviderReport[] = []
  for (const provider of providers) reports.push(await detectProvider(provider))
  return reports
}

async function detectProvider(provider: Provider): Promise<ProviderReport> {
  const absent = missingFiles(provider)
  if (absent !== null) return { provider, isAvailable: false, device: null, reason: absent }
  try {
    await tryProduct(provider)
    return { provider, isAvailable: true, device: await deviceName(provider), reason: null }
  } catch (cause) {
    return { provider, isAvailable: false, device: null, reason: explain(provider, cause) }
  }
}

/** ONNX Runtime's own words name its source files; people need the cause and a way out. */
function explain(provider: Provider, cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (provider === 'webgpu' && /adapter/i.test(text)) {
    return 'No graphics adapter that WebGPU can use was found; it needs a driver for Vulkan (Linux), Metal or Direct3D 12.'
  }
  if (provider === 'cuda' && /lib(cu|nv)\w+\.so/.test(text)) {
    const library = /lib(?:cu|nv)\w+\.so[.\d]*/.exec(text)?.[0] ?? 'a CUDA library'
    return `${library} was not found: install CUDA and cuDNN, or put their folder on LD_LIBRARY_PATH.`
  }
  return text
}

/** ONNX Runtime would fall back to the CPU without a word where the provider's library is missing. */
function missingFiles(provider: Provider): string | null {
  if (provider !== 'cuda') return null
  if (platform !== 'linux' || arch !== 'x64') return 'CUDA works on Linux x64 only.'
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  const library = join(folder, 'bin/napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so')
  if (existsSync(library)) return null
  return 'Its provider library is not installed; run node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12'
}

async function tryProduct(provider: Provider): Promise<void> {
  const builder = createBuilder({ name: `probe-${provider}` })
  const x = builder.input('x', 'float32', [2, 2])
  builder.output(builder.matmul(x, x))
  const graph = builder.finish()
  const session = await createSession({ graph, provider, threads: 1, cacheDir: '' })
  try {
    const feed = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } as const
    await session.run(new Map([['x', feed]]), session.outputNames)
  } finally {
    await session.close()
  }
}

/** The processor's or graphics card's own name. */
export async function deviceName(provider: Provider): Promise<string> {
  if (provider === 'cpu') return cpus()[0]?.model.trim() ?? 'unknown processor'
  return (await nvidiaName()) ?? 'unknown graphics card'
}

async function nvidiaName(): Promise<string | null> {
  try {
    const query = ['--query-gpu=name', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    return stdout.split('\n')[0]?.trim() || null
  } catch {
    return null
  }
}

export { runtimeVersion }
