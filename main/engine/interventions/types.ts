/** An intervention: a named, parameterised change of the forward computation. Data plus pure functions; one file each. */
import type { z } from 'zod'
import type { InterventionRecord } from '#contract/configurations'
import type { Graph } from '../graph/ir.ts'
import type { QuantileTable } from '../stats/magnitude-quantiles.ts'
import type { Moments } from '../stats/moments.ts'
import type { Coverage } from './layers.ts'

/** A value for a graph input that an intervention declared: a strength, a threshold. */
export interface InputTensor {
  readonly dtype: 'float32'
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Something about a site that must be known before `apply`. From calibration text: `magnitude-quantiles`, `channel-maxima` (largest
 * |x_j| of each channel), `moments`. From the weights: `weight-maxima` (largest |W[:, j]| over all linear products that read the site).
 * From runs of the site's block on calibration text: `block-sparsities-...`, how its sparsity is shared out among the requested sites
 * in it, under thresholds of that rule; asks for `magnitude-quantiles` too.
 */
export interface SiteRequest {
  readonly site: string
  readonly statistic:
    | 'magnitude-quantiles'
    | 'channel-maxima'
    | 'weight-maxima'
    | 'moments'
    | 'block-sparsities-absolute'
    | 'block-sparsities-symmetric'
}

/** Where TEAL's allocation ends, as published: mean sparsity of a block, weighted by parameters. */
export const mostBlockSparsity = 0.9

/** What is known of one site: what was asked for. */
export interface SiteStatistics {
  readonly quantiles?: QuantileTable
  readonly channelMaxima?: readonly number[]
  readonly weightMaxima?: readonly number[]
  readonly moments?: Moments
  /** Sparsity here where the block's is 0, 0.01, ..., 0.9. */
  readonly blockSparsities?: readonly number[]
  /** Trained scales, in the order of the site's channels behind [batch, seq]: what `trainedScales` names a file for. */
  readonly trainedScales?: Float32Array
}

/** What fitting yields, by site. */
export type FittedStatistics = ReadonlyMap<string, SiteStatistics>

export interface ApplyRequest<Params> {
  readonly graph: Graph
  readonly params: Params
  readonly covers: Coverage
  /** Unique within the configuration: names of nodes and inputs made here begin with it. */
  readonly prefix: string
  /** Null when `observes` is null. */
  readonly fitted: FittedStatistics | null
}

export interface Applied {
  readonly graph: Graph
  /** Names of the sites or functions that were changed, at a strength other than zero by choice; never empty. */
  readonly changed: readonly string[]
  /** Values of the declared inputs at the chosen strength. */
  readonly inputs: ReadonlyMap<string, InputTensor>
  /** Values of the same inputs that must leave the model as it was; null when there is no such strength. */
  readonly inputsAtZero: ReadonlyMap<string, InputTensor> | null
}

/** Trained scales that an intervention reads. */
export interface ScalesUse {
  /** Of the file, 64 hex digits. */
  readonly sha256: string
  readonly bits: number
}

export interface Intervention<Params extends Record<string, unknown> = Record<string, unknown>> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly category: InterventionRecord['category']
  readonly paper: InterventionRecord['paper']
  readonly params: z.ZodType<Params>
  /**
   * Parameters that came after the first release of the intervention. At its default one of them is left out of a completed
   * configuration, whose hash then stays what it was before there was such a parameter.
   */
  readonly laterParams?: readonly (keyof Params & string)[]
  readonly strengthParam: string | null
  /** What must be known of which sites before `apply`; null when it never needs anything. */
  readonly observes:
    ((graph: Graph, params: Params, covers: Coverage) => readonly SiteRequest[]) | null
  /** The file of trained scales that its parameters name, and for how many bits they must be; absent where it knows of none. */
  readonly trainedScales?: (params: Params) => ScalesUse | null
  /** Throws `incompatible` when it matches nothing in this graph. */
  readonly apply: (request: ApplyRequest<Params>) => Applied
}

export function scalarInput(value: number): InputTensor {
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) }
}
