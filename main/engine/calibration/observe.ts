/** Runs the untouched model over calibration text and reduces what it sees at sites. */
import type { SiteRequest, SiteStatistics } from '../interventions/types.ts'
import type { ObservedRunner } from '../runtime/types.ts'
import {
  type Reducer,
  reduceToChannelMaxima,
  reduceToMoments,
  reduceToQuantiles,
} from './reduce.ts'

/** Tokens seen at once, where the model's context holds so many: bounds the memory that taps of all layers take. */
export const windowTokens = 256

const observed = ['magnitude-quantiles', 'channel-maxima', 'moments'] as const

/** Statistics of what sites show on the text; those of weights and of single blocks are made otherwise. */
export interface ActivationRequest extends SiteRequest {
  readonly statistic: (typeof observed)[number]
}

export function isObserved(
  statistic: SiteRequest['statistic'],
): statistic is ActivationRequest['statistic'] {
  return (observed as readonly string[]).includes(statistic)
}

export interface Observation {
  readonly runner: ObservedRunner
  readonly requests: readonly ActivationRequest[]
  readonly ids: readonly number[]
  readonly signal: AbortSignal
  readonly onWindow: (done: number, total: number) => void
}

/** What was asked for, for each request in order: all from one pass over `ids`, in windows that do not see each other. */
export async function observeActivations(
  observation: Observation,
): Promise<readonly SiteStatistics[]> {
  const { runner, requests, ids, signal, onWindow } = observation
  const windows = splitWindows(ids, Math.min(windowTokens, runner.contextLength))
  const sites = [...new Set(requests.map(({ site }) => site))]
  const reducers = requests.map(({ statistic }) => createReducer(statistic, windows.length))
  for (const [index, window] of windows.entries()) {
    signal.throwIfAborted()
    onWindow(index, windows.length)
    const seen = await runner.activations(window, sites)
    for (const [at, { site }] of requests.entries()) {
      const { shape, data } = seen.get(site) ?? { shape: [1], data: new Float32Array() }
      reducers[at].add(data, data.length / shape[0])
    }
  }
  return reducers.map((reducer) => reducer.finish())
}

function createReducer(
  statistic: ActivationRequest['statistic'],
  windows: number,
): Reducer<SiteStatistics> {
  if (statistic === 'magnitude-quantiles') {
    return named(reduceToQuantiles(windows), (quantiles) => ({ quantiles }))
  }
  if (statistic === 'channel-maxima') {
    return named(reduceToChannelMaxima(), (channelMaxima) => ({ channelMaxima }))
  }
  return named(reduceToMoments(), (moments) => ({ moments }))
}

function named<Result>(
  { add, finish }: Reducer<Result>,
  name: (result: Result) => SiteStatistics,
): Reducer<SiteStatistics> {
  return { add, finish: () => name(finish()) }
}

export function splitWindows(ids: readonly number[], size: number): number[][] {
  const count = Math.max(1, Math.ceil(ids.length / size))
  return Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size))
}
