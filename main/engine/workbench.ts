/**
 * What an engine process keeps from one job to the next: its providers, the model it has open, what the untouched model showed,
 * and one runner with its sessions. Strengths are inputs of the graph, so the jobs of a sweep share that runner.
 */
import type { JobSpec } from '#contract/jobs'
import { attachAdapter } from './adapters/index.ts'
import { openCheckpoint } from './checkpoint/open.ts'
import type { Checkpoint } from './checkpoint/types.ts'
import type { InputTensor } from './interventions/types.ts'
import type { ProbeReading } from './passport.ts'
import type { Runner } from './runtime/open-runner.ts'
import { detectProviders, type ProviderReport } from './runtime/providers.ts'
import { roundsToTf32 } from './runtime/tf32.ts'
import type { Provider } from './runtime/types.ts'
import { openTokenizer } from './tokenizer/open.ts'
import type { Tokenizer } from './tokenizer/types.ts'

export interface OpenModel {
  readonly checkpoint: Checkpoint
  readonly tokenizer: Tokenizer
}

export interface RunnerCandidate {
  /** Says everything that decides what the runner computes, the values of its extra inputs excepted. */
  readonly key: string
  /** Without an open session yet. */
  readonly runner: Runner
  readonly inputs: ReadonlyMap<string, InputTensor>
}

export type Log = (level: 'info' | 'warning' | 'error', message: string) => void

export interface Workbench {
  /** From now on what the warm runner has to say goes to this job. */
  readonly listen: (log: Log) => void
  readonly log: Log
  readonly providers: () => Promise<readonly ProviderReport[]>
  readonly roundsToTf32: (provider: Provider) => Promise<boolean>
  /** The job's checkpoint, its adapter attached; whatever was kept of another model is let go. */
  readonly open: (spec: ModelOf) => Promise<OpenModel>
  /** A reading of the open model under this name, made once. */
  readonly reading: (name: string, read: () => Promise<ProbeReading>) => Promise<ProbeReading>
  /** The warm runner of the same key with the candidate's inputs, or the candidate itself, which is warm from now on. */
  readonly adopt: (candidate: RunnerCandidate) => Promise<Runner>
  /** Gives the memory of the warm runner back. */
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

type ModelOf = Pick<JobSpec, 'model' | 'adapter'>

export function createWorkbench(): Workbench {
  let providers: Promise<readonly ProviderReport[]> | null = null
  const tf32 = new Map<Provider, Promise<boolean>>()
  let model: (OpenModel & { readonly key: string }) | null = null
  const readings = new Map<string, ProbeReading>()
  let warm: RunnerCandidate | null = null
  let listener: Log = () => undefined

  const clear = async () => {
    const { runner } = warm ?? {}
    warm = null
    await runner?.close()
  }

  return {
    listen: (log) => {
      listener = log
    },
    log: (level, message) => {
      listener(level, message)
    },
    providers: () => (providers ??= detectProviders()),
    roundsToTf32: (provider) => {
      const known = tf32.get(provider) ?? roundsToTf32(provider)
      tf32.set(provider, known)
      return known
    },
    open: async (spec) => {
      const key = modelKey(spec)
      if (model?.key === key) return model
      await clear()
      readings.clear()
      const plain = openCheckpoint(spec.model.path)
      const checkpoint = spec.adapter === null ? plain : await attachAdapter(plain, spec.adapter)
      model = { key, checkpoint, tokenizer: openTokenizer(plain) }
      return model
    },
    reading: async (name, read) => {
      const reading = readings.get(name) ?? (await read())
      readings.set(name, reading)
      return reading
    },
    adopt: async (candidate) => {
      if (warm?.key !== candidate.key) {
        await clear()
        warm = candidate
      }
      const { runner } = warm
      for (const [name, tensor] of candidate.inputs) runner.setInput(name, tensor)
      return runner
    },
    clear,
    close: async () => {
      await clear()
      readings.clear()
      model = null
    },
  }
}

function modelKey({ model, adapter }: ModelOf): string {
  return JSON.stringify([model.path, model.fingerprint, adapter?.path, adapter?.fingerprint])
}
