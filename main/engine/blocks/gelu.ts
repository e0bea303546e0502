/** x * Phi(x) (Hendrycks and Gimpel 2016), as a function that an intervention may replace. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Region, Value } from '../graph/ir.ts'
import { microsoft } from '../graph/operations.ts'

/** By the error function, in float32. */
export function gelu(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'gelu', inputs: [x] }, () => {
    const wide = builder.cast(x, 'float32')
    const phi = builder.add(
      builder.erf(builder.mul(wide, builder.float32(Math.SQRT1_2))),
      builder.float32(1),
    )
    const half = builder.mul(wide, builder.float32(0.5))
    return builder.cast(builder.mul(half, phi), x.dtype)
  })
}

/** By the hyperbolic tangent, in float32 (transformers' `gelu_new` and `gelu_pytorch_tanh`). */
export function geluTanh(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'gelu-tanh', inputs: [x] }, () => {
    const wide = builder.cast(x, 'float32')
    const cube = builder.mul(builder.mul(wide, wide), wide)
    const sum = builder.add(wide, builder.mul(cube, builder.float32(0.044715)))
    const tanh = builder.tanh(builder.mul(sum, builder.float32(Math.sqrt(2 / Math.PI))))
    const half = builder.mul(wide, builder.float32(0.5))
    return builder.cast(builder.mul(half, builder.add(tanh, builder.float32(1))), x.dtype)
  })
}

/** max(x, 0) */
export function relu(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'relu', inputs: [x] }, () => builder.relu(x))
}

/** One Gelu for an intact region. */
export function fuseGelu(builder: GraphBuilder, { inputs: [x] }: Region): readonly Value[] {
  const wide = builder.cast(x, 'float32')
  const [y] = builder.emit('Gelu', [wide], { domain: microsoft })
  return [builder.cast(y, x.dtype)]
}
