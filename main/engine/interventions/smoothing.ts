/**
 * Scales that move the difficulty of quantising a channel from the activations to the weights:
 *   s_j = max(A_j^alpha / max(B_j, 1e-5)^(1 - alpha), floor)
 * with A_j the largest |x_j| on calibration text and B_j the largest |W[:, j]| over all products that read x (Xiao et al., ICML 2023,
 * eq. 4). The published method divides the norm's weight by s and multiplies the columns of W by it. Weights are not quantised here,
 * so W s Q(x / s) is W (s Q(x / s)): the rewrite x -> s * Q(x / s) is that method exactly, without editing a weight.
 */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type { LinearInput } from './linear-inputs.ts'
import { statisticOf } from './site-inputs.ts'
import type { FittedStatistics, SiteRequest } from './types.ts'

const smallestWeight = 1e-5

export function smoothingScales(
  channelMaxima: readonly number[],
  weightMaxima: readonly number[],
  { alpha, floor }: { readonly alpha: number; readonly floor: number },
): Float32Array {
  return Float32Array.from(channelMaxima, (a, channel) => {
    const b = Math.max(weightMaxima[channel], smallestWeight)
    return Math.max(a ** alpha / b ** (1 - alpha), floor)
  })
}

/** Only what follows a norm is smoothed: there is nothing to fold the scale of the other inputs into. */
export function isSmoothed(input: LinearInput): boolean {
  return input === 'qkv' || input === 'gate-up'
}

/** What the scales of a site are made of. */
export function smoothingRequests(site: string): readonly SiteRequest[] {
  return [
    { site, statistic: 'channel-maxima' },
    { site, statistic: 'weight-maxima' },
  ]
}

/** The scales of a site, from what was fitted. */
export function fittedScales(
  fitted: FittedStatistics | null,
  site: string,
  settings: { readonly alpha: number; readonly floor: number },
): Float32Array {
  return smoothingScales(
    statisticOf(fitted, site, 'channelMaxima'),
    statisticOf(fitted, site, 'weightMaxima'),
    settings,
  )
}

/** scales [width] * change(x / scales), x [..., width] */
export function smoothed(
  builder: GraphBuilder,
  { x, scales }: { readonly x: Value; readonly scales: Value },
  change: (even: Value) => Value,
): Value {
  return builder.mul(change(builder.div(x, scales)), scales)
}
