/** Which answers a person labels lives in the address: runs, suite, how many, and the seed of the draw. */
import type { ComparisonSpec } from '#contract/comparisons'
import { readKeys, writeKeys } from '../../hooks/use-selection.ts'

export interface LabelTask {
  readonly spec: ComparisonSpec
  readonly suiteId: string
  readonly size: number
  readonly seed: number
}

export const defaultSize = 50
const largestSize = 1000

export function labelAddress(
  spec: Pick<ComparisonSpec, 'runIds' | 'configurations'>,
  suiteId: string,
): string {
  const params = new URLSearchParams({ run: writeKeys(spec.runIds), suite: suiteId })
  if (spec.configurations !== null) params.set('configurations', writeKeys(spec.configurations))
  return `/label?${params.toString()}`
}

/** Null where the address names no run or no suite. */
export function readTask(params: URLSearchParams): LabelTask | null {
  const runIds = readKeys(params.get('run'))
  const suiteId = params.get('suite') ?? ''
  if (runIds.length === 0 || suiteId === '') return null
  const configurations = readKeys(params.get('configurations'))
  return {
    spec: {
      runIds,
      configurations: configurations.length === 0 ? null : configurations,
      baseline: null,
      suites: [suiteId],
    },
    suiteId,
    size: wholeNumber(params.get('size'), 1, largestSize) ?? defaultSize,
    seed: wholeNumber(params.get('seed'), 0, 2 ** 31) ?? 1,
  }
}

function wholeNumber(text: string | null, least: number, most: number): number | null {
  const value = text === null ? NaN : Number(text)
  return Number.isInteger(value) && value >= least && value <= most ? value : null
}
