/** The gated feed-forward layer (Shazeer 2020, GLU variants improve transformer, eq. 6). */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type { LinearWeights } from './linear.ts'
import { linear, linearGroup } from './linear.ts'
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
  const layers = [
    { name: 'gate_proj', ...weights.gate },
    { name: 'up_proj', ...weights.up },
  ]
  const [gate, up] = linearGroup(builder, x, { layers, precision })
  site('mlp.hook_pre', gate)
  site('mlp.hook_pre_linear', up)
  const act = site('mlp.hook_act', silu(builder, gate))
  const post = site('mlp.hook_post', builder.mul(act, up))
  return builder.scope('down_proj', () => linear(builder, post, { ...weights.down, precision }))
}

/** x * sigmoid(x) (Elfwing et al. 2018). */
export function silu(builder: GraphBuilder, x: Value): Value {
  return builder.region({ kind: 'silu', inputs: [x] }, () => builder.mul(x, builder.sigmoid(x)))
}
