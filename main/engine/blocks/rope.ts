/** Rotary position embedding (Su et al. 2021, RoFormer, eq. 34). */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Region, Value } from '../graph/ir.ts'
import { int } from '../graph/operations.ts'

export interface RopeAngles {
  /** [batch, seq, dHead / 2] */
  readonly cos: Value
  readonly sin: Value
}

/** Cosines and sines of position * frequency, computed in float32 as the reference implementations do. */
export function ropeAngles(
  builder: GraphBuilder,
  positions: Value,
  options: { readonly inverseFrequencies: Float32Array; readonly dtype: 'float32' | 'float16' },
): RopeAngles {
  const wide = builder.unsqueeze(builder.cast(positions, 'float32'), [-1])
  const angles = builder.mul(wide, builder.float32(options.inverseFrequencies))
  return {
    cos: builder.cast(builder.cos(angles), options.dtype),
    sin: builder.cast(builder.sin(angles), options.dtype),
  }
}

/**
 * x [batch, seq, heads, dHead] rotated by its positions. `interleaved` pairs neighbours (2i, 2i+1), as the q and k rows
 * of GGUF files of the llama family are ordered; otherwise i is paired with i + dHead/2.
 */
export function rope(
  builder: GraphBuilder,
  x: Value,
  options: { readonly angles: RopeAngles; readonly interleaved: boolean },
): Value {
  const { angles, interleaved } = options
  const inputs = [x, angles.cos, angles.sin]
  const parameters = { interleaved: interleaved ? 1 : 0 }
  return builder.region({ kind: 'rope', inputs, parameters }, () => {
    const [first, second] = pairs(builder, x, interleaved)
    const cos = builder.unsqueeze(angles.cos, [2])
    const sin = builder.unsqueeze(angles.sin, [2])
    const rotatedFirst = builder.sub(builder.mul(first, cos), builder.mul(second, sin))
    const rotatedSecond = builder.add(builder.mul(second, cos), builder.mul(first, sin))
    return join(builder, [rotatedFirst, rotatedSecond], { interleaved, dHead: x.shape[3] })
  })
}

/** The two members of each rotated pair, [batch, seq, heads, dHead / 2] each. */
function pairs(builder: GraphBuilder, x: Value, interleaved: boolean): readonly [Value, Value] {
  const half = Number(x.shape[3]) / 2
  if (!interleaved) {
    const [first, second] = builder.split(x, [half, half], 3)
    return [first, second]
  }
  const grouped = builder.reshape(x, [0, 0, -1, half, 2])
  const [even, odd] = builder.split(grouped, [1, 1], 4)
  return [builder.squeeze(even, [4]), builder.squeeze(odd, [4])]
}

function join(
  builder: GraphBuilder,
  parts: readonly Value[],
  options: { readonly interleaved: boolean; readonly dHead: number | string },
): Value {
  if (!options.interleaved) return builder.concat(parts, 3)
  const columns = parts.map((part) => builder.unsqueeze(part, [4]))
  return builder.reshape(builder.concat(columns, 4), [0, 0, 0, Number(options.dHead)])
}

/** One RotaryEmbedding (opset 23) for an intact region. */
export function fuseRope(builder: GraphBuilder, region: Region): readonly Value[] {
  const [x, cos, sin] = region.inputs
  const [, , heads, dHead] = x.shape.map(Number)
  const flat = builder.reshape(x, [0, 0, heads * dHead])
  const attributes = {
    num_heads: int(heads),
    interleaved: int(region.parameters['interleaved']),
  }
  const [rotated] = builder.emit('RotaryEmbedding', [flat, cos, sin], { attributes })
  return [builder.reshape(rotated, [0, 0, heads, dHead])]
}
