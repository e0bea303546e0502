/** Normalisations, as functions that an intervention may replace. */
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { floatWeight } from './weights.ts'

/** x / sqrt(mean(x^2) + epsilon) * scale over the last axis (Zhang and Sennrich 2019, eq. 4), always in float32. */
export function rmsNorm(
  builder: GraphBuilder,
  x: Value,
  options: { readonly scale: TensorRef; readonly epsilon: number },
): Value {
  const scale = floatWeight(builder, options.scale, 'float32')
  const parameters = { epsilon: options.epsilon }
  return builder.region({ kind: 'rms-norm', inputs: [x, scale], parameters }, () => {
    const wide = builder.cast(x, 'float32')
    return builder.cast(builder.rmsNormalization(wide, scale, options.epsilon), x.dtype)
  })
}

/** (x - mean(x)) / sqrt(var(x) + epsilon) * scale + bias over the last axis (Ba et al. 2016, eq. 4), always in float32. */
export function layerNorm(
  builder: GraphBuilder,
  x: Value,
  options: { readonly scale: TensorRef; readonly bias: TensorRef; readonly epsilon: number },
): Value {
  const scale = floatWeight(builder, options.scale, 'float32')
  const bias = floatWeight(builder, options.bias, 'float32')
  const parameters = { epsilon: options.epsilon }
  return builder.region({ kind: 'layer-norm', inputs: [x, scale, bias], parameters }, () => {
    const wide = builder.cast(x, 'float32')
    const normalized = builder.layerNormalization(wide, { scale, bias, epsilon: options.epsilon })
    return builder.cast(normalized, x.dtype)
  })
}
