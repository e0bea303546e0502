/**
 * Fake quantisers of activations, and what the interventions that use them share. Levels are a graph input, so a sweep over
 * bits keeps its session. `strength` blends: x + strength * (x^ - x), 0 is the untouched model and 1 the published form.
 */
import { z } from 'zod'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type { Intervention } from './types.ts'

/** Also the source of the plain quantiser, which it compares itself with. */
export const smoothquantPaper: Intervention['paper'] = {
  authors: 'Xiao, Lin, Seznec, Wu, Demouth, Han',
  year: 2023,
  title: 'SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models',
  link: 'https://arxiv.org/abs/2211.10438',
}

/** Floor of the largest magnitude, as released by SmoothQuant: a vector of zeros must not divide by zero. */
const smallestMagnitude = 1e-5

export const quantiserParams = {
  bits: z
    .number()
    .int()
    .min(2)
    .max(8)
    .default(8)
    .describe('Bits of each activation value, sign included'),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the quantisation error that is applied; 1 is the published form'),
}

export const granularityParam = {
  granularity: z
    .enum(['token', 'tensor'])
    .default('token')
    .describe(
      'token: one scale for each token, from itself. tensor: one scale for all, from the calibration text; what exceeds it is clipped',
    ),
}
export type Granularity = 'token' | 'tensor'

/** Largest integer of the symmetric range: 127 at 8 bits, 7 at 4. */
export function symmetricLevels(bits: number): number {
  return 2 ** (bits - 1) - 1
}

/** Axes behind [batch, seq]: what belongs to one token. */
export function tokenAxes(x: Value): readonly number[] {
  return x.shape.slice(2).map((_, index) => index + 2)
}

/**
 * qmax = 2^(bits-1) - 1, s = max(max_j |x_j|, 1e-5) / qmax, x^ = s * round_half_even(x / s), one scale a token (SmoothQuant, Xiao et
 * al., ICML 2023, fake_quant.py of the release). x float32 [batch, seq, ...width]; levels float32 [] holds qmax.
 */
export function symmetricByToken(builder: GraphBuilder, x: Value, levels: Value): Value {
  const largest = builder.reduceMax(builder.abs(x), tokenAxes(x), true)
  const floored = builder.max(largest, builder.float32(smallestMagnitude))
  const scale = builder.div(floored, levels)
  return builder.mul(builder.round(builder.div(x, scale)), scale)
}

/**
 * The same with one scale for the whole tensor, from the largest magnitude on calibration text (float32 []). A scale taken from
 * the batch at hand would depend on its padding and on what else happens to be in it.
 */
export function symmetricByTensor(
  builder: GraphBuilder,
  x: Value,
  { levels, magnitude }: { readonly levels: Value; readonly magnitude: Value },
): Value {
  const scale = builder.div(magnitude, levels)
  const rounded = builder.round(builder.div(x, scale))
  return builder.mul(builder.clip(rounded, builder.neg(levels), levels), scale)
}

/** Value of `magnitude` for `symmetricByTensor`. */
export function tensorMagnitude(channelMaxima: readonly number[]): number {
  return channelMaxima.reduce((largest, value) => Math.max(largest, value), smallestMagnitude)
}

/** Limits of scale and zero point in OmniQuant's release (quantize/quantizer.py). */
const smallestScale = 1e-5
const largestScale = 1e4

/**
 * s = clamp((max - min) / (2^bits - 1), 1e-5, 1e4), z = round(clamp(-min / s, -1e4, 1e4)), q = clamp(round(x / s) + z, 0, 2^bits - 1),
 * x^ = s (q - z), over `axes` (OmniQuant, Shao et al., ICLR 2024). levels float32 [] holds 2^bits - 1.
 */
export function asymmetric(
  builder: GraphBuilder,
  x: Value,
  { levels, axes }: { readonly levels: Value; readonly axes: readonly number[] },
): Value {
  const constant = (value: number) => builder.float32(value)
  const low = builder.reduceMin(x, axes, true)
  const range = builder.sub(builder.reduceMax(x, axes, true), low)
  const step = builder.div(range, levels)
  const scale = builder.clip(step, constant(smallestScale), constant(largestScale))
  const start = builder.div(builder.neg(low), scale)
  const zero = builder.round(builder.clip(start, constant(-largestScale), constant(largestScale)))
  const shifted = builder.add(builder.round(builder.div(x, scale)), zero)
  const quants = builder.clip(shifted, constant(0), levels)
  return builder.mul(builder.sub(quants, zero), scale)
}

/** x + strength * (changed - x) */
export function blend(
  builder: GraphBuilder,
  values: { readonly x: Value; readonly changed: Value; readonly strength: Value },
): Value {
  const error = builder.sub(values.changed, values.x)
  return builder.add(values.x, builder.mul(values.strength, error))
}
