/** Checks of this machine, one sentence each: what works, what does not, and what to do about it. */
import { access, constants, mkdir } from 'node:fs/promises'
import { totalmem, freemem } from 'node:os'
import { ActbenchError, isActbenchError, type AppError } from '#contract/errors'
import type { HealthItem, ProviderReport } from '#contract/system'
import { models, sqliteVersion } from '#db'
import { freeDiskBytes } from '../library/index.ts'
import type { Services } from './services.ts'

/** Below this a job does not start; a little more is a warning. */
const comfortableDiskBytes = 5e9
const scarceDiskBytes = 1e9

type Check = (services: Services) => Promise<HealthItem>

/** In the order in which a person reads them. A check that fails unexpectedly is an item, not an exception. */
export async function checkHealth(
  services: Services,
  engine: { readonly providers: readonly ProviderReport[]; readonly failure: AppError | null },
): Promise<HealthItem[]> {
  const checks: [string, string, Check][] = [
    ['profile', 'Profile', checkProfile],
    ['store', 'Store', checkStore],
    ['embedded-model', 'Embedded models', checkEmbeddedModels],
    ['disk', 'Free disk', checkDisk],
    ['memory', 'Memory', checkMemory],
    ['hub-cache', 'Hub cache', checkHubCache],
    ['display', 'Display', checkDisplay],
  ]
  const items: HealthItem[] = []
  for (const [id, title, check] of checks) {
    items.push(
      await Promise.resolve(services)
        .then(check)
        .catch((thrown: unknown): HealthItem => ({
          id,
          title,
          status: 'failed',
          detail: thrown instanceof Error ? thrown.message : String(thrown),
          remedy: isActbenchError(thrown) ? thrown.remedy : null,
        })),
    )
  }
  const { providers, failure } = engine
  return [
    ...providers.map(describeProvider),
    ...(failure === null ? [] : [describeEngineFailure(failure)]),
    ...items,
  ]
}

function describeEngineFailure({ message, remedy, details }: AppError): HealthItem {
  const lastLine = details?.trim().split('\n').at(-1) ?? ''
  return {
    id: 'engine',
    title: 'Engine',
    status: 'failed',
    detail: lastLine === '' ? message : `${message} ${lastLine}`,
    remedy: remedy ?? 'Run npm ci again: ONNX Runtime does not load.',
  }
}

function describeProvider({ provider, isAvailable, device, reason }: ProviderReport): HealthItem {
  const titles = { cpu: 'CPU', cuda: 'CUDA', webgpu: 'WebGPU' }
  return {
    id: `provider-${provider}`,
    title: titles[provider],
    status: isAvailable ? 'ok' : provider === 'cpu' ? 'failed' : 'absent',
    detail: isAvailable ? (device ?? 'available') : (reason ?? 'not available'),
    remedy: null,
  }
}

const checkProfile: Check = async ({ paths }) => {
  try {
    await mkdir(paths.profile, { recursive: true })
    await access(paths.profile, constants.W_OK)
  } catch (cause) {
    throw new ActbenchError({
      code: 'storage',
      message: `${paths.profile} cannot be written`,
      remedy: 'Check its permissions, or choose another folder by ACTBENCH_HOME or --profile.',
      cause,
    })
  }
  return ok('profile', 'Profile', `${paths.profile}, writable`)
}

const checkStore: Check = ({ db, paths }) =>
  Promise.resolve(ok('store', 'Store', `${paths.store}, SQLite ${sqliteVersion(db.read)}`))

const checkEmbeddedModels: Check = ({ catalog, resources, db }) => {
  const listed = models.list(db.read)
  const details = resources.embeddedModels.map(({ name, path }) => {
    const { unsupported, parameters } = catalog.inspectModel(path)
    if (unsupported.length > 0) {
      throw new ActbenchError({
        code: 'unsupported',
        message: unsupported.join(' '),
        remedy: 'The installation is incomplete; install Actbench again.',
      })
    }
    const isRegistered = listed.some((model) => model.path === path)
    const registered = isRegistered ? 'registered' : 'not registered'
    return `${name}, ${(parameters / 1e6).toFixed(1)}M parameters, readable, ${registered}`
  })
  return Promise.resolve(ok('embedded-model', 'Embedded models', details.join('; ')))
}

const checkDisk: Check = async ({ paths }) => {
  const free = await freeDiskBytes(paths.profile)
  const detail = `${gigabytes(free)} GB free for the profile`
  if (free >= comfortableDiskBytes) return ok('disk', 'Free disk', detail)
  return {
    id: 'disk',
    title: 'Free disk',
    status: free < scarceDiskBytes ? 'failed' : 'warning',
    detail,
    remedy: 'Free some space: jobs pause before the disk is full.',
  }
}

const checkMemory: Check = () =>
  Promise.resolve(
    ok('memory', 'Memory', `${gigabytes(freemem())} of ${gigabytes(totalmem())} GB free`),
  )

const checkHubCache: Check = async ({ library }) => {
  const { cacheDir, isOffline, endpoint } = library.environment
  const mode = isOffline ? 'offline (HF_HUB_OFFLINE)' : endpoint
  if (!(await isAllowed(cacheDir, constants.F_OK))) {
    return ok('hub-cache', 'Hub cache', `${cacheDir}, made at the first download; ${mode}`)
  }
  if (await isAllowed(cacheDir, constants.W_OK)) {
    return ok('hub-cache', 'Hub cache', `${cacheDir}, writable; ${mode}`)
  }
  return {
    id: 'hub-cache',
    title: 'Hub cache',
    status: 'warning',
    detail: `${cacheDir} cannot be written, so nothing can be downloaded`,
    remedy: 'Point HF_HUB_CACHE or HF_HOME to a folder of yours.',
  }
}

function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

const checkDisplay: Check = ({ display }) => {
  return Promise.resolve(
    display === null
      ? {
          id: 'display',
          title: 'Display',
          status: 'absent' as const,
          detail: 'none: the command line works, the window cannot open',
          remedy: 'Start from a desktop session, or use the command line.',
        }
      : ok('display', 'Display', display),
  )
}

function ok(id: string, title: string, detail: string): HealthItem {
  return { id, title, status: 'ok', detail, remedy: null }
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}
