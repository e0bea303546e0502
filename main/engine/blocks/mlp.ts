/** The gated feed-forward layer (Shazeer 2020, GLU variants improve transformer, eq. 6). */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type { LinearWeights } from './linear.ts'
import { linear } from './linear.ts'
import type { Precision } from './weights.ts'

export interface MlpWeights {
  readonly gate: LinearWeights
  readonly up: LinearWeights
  readonly down: LinearWeights
}

/** x [batch, seq, dModel] -> [batch, seq, dModel]; `site` names inner values relative to the block. */
export function swiGlu(
  builder: GraphBuilder,
  x: Value,
  options: {
    readonly weights: MlpWeights
    readonly precision: Precision
    readonly site: (name: string, value: Value) => Value
  },
): Value {
  const { weights, precision, site } = options
  const product = (name: string, input: Value, layer: LinearWeights) =>
    builder.scope(name, () => linear(builder, input, { ...layer, precision }))
  const gate = site('mlp.hook_pre', product('gate_proj', x, weights.gate))
  const up = site('mlp.hook_pre_linear', product('up_proj', x, weights.up))
  const post = site('mlp.hook_post', builder.mul(silu(builder, gate), up))
  return product('down_proj', post, weights.down)
}

/** x * sigmoid(x) (Elfwing et al. 2018). */
export function silu(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'silu', inputs: [x] }, () => builder.mul(x, builder.sigmoid(x)))
}
