/** One block of T5: attention to the own stack, in a decoder to the source as well, and the feed-forward layer. */
import { attention } from '../blocks/attention.ts'
import { geluTanh, relu } from '../blocks/gelu.ts'
import { linear, linearGroup } from '../blocks/linear.ts'
import { rmsNorm } from '../blocks/norm.ts'
import type { Precision } from '../blocks/weights.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import type {
  AttentionWeights,
  EncoderDecoderConfig,
  StackBlockWeights,
} from './encoder-decoder-types.ts'

export type Site = (name: string, value: Value) => Value

export interface Past {
  readonly key: Value
  readonly value: Value
}

/** What a decoder reads besides its own tokens. */
export interface Source {
  /** [batch, source, dModel] */
  readonly states: Value
  /** [batch, 1, seq, source], 0 or a large negative number; of one row as long as nobody has asked. */
  readonly mask: Value
}

export interface BlockParts {
  readonly weights: StackBlockWeights
  /** [batch or 1, nHeads, seq, total], position bias and what must not be seen */
  readonly mask: Value
  readonly past: Past | null
  /** Null in the encoder, whose tokens see those behind them too. */
  readonly source: Source | null
  readonly site: Site
  readonly options: { readonly config: EncoderDecoderConfig; readonly precision: Precision }
}

export function stackBlock(
  builder: GraphBuilder,
  input: Value,
  parts: BlockParts,
): { residual: Value; presentKey: Value; presentValue: Value } {
  const { weights, site, options, source, mask, past } = parts
  site('hook_resid_pre', input)
  const attended = attend(builder, input, {
    ...parts,
    weights: weights.attention,
    names: { norm: 'ln1', attention: 'attn' },
    mask,
    keysFrom: null,
    past,
    seesAhead: source === null,
  })
  site('hook_attn_out', attended.output)
  let middle = site('hook_resid_mid', builder.add(input, attended.output))
  if (source !== null && weights.cross !== null) {
    const crossed = attend(builder, middle, {
      ...parts,
      weights: weights.cross,
      names: { norm: 'ln_cross', attention: 'cross_attn' },
      mask: source.mask,
      keysFrom: source.states,
      past: null,
      seesAhead: true,
    })
    site('hook_cross_attn_out', crossed.output)
    middle = site('hook_resid_mid_cross', builder.add(middle, crossed.output))
  }
  const normalized = builder.scope('ln2', () =>
    rmsNorm(builder, middle, { scale: weights.mlpNorm, epsilon: options.config.normEpsilon }),
  )
  site('ln2.hook_normalized', normalized)
  const mlpOut = builder.scope('mlp', () => feedForward(builder, normalized, parts))
  site('hook_mlp_out', mlpOut)
  const residual = site('hook_resid_post', builder.add(middle, mlpOut))
  return { residual, presentKey: attended.presentKey, presentValue: attended.presentValue }
}

interface AttentionParts {
  readonly weights: AttentionWeights
  readonly names: { readonly norm: string; readonly attention: 'attn' | 'cross_attn' }
  readonly mask: Value
  /** What k and v are made of; null: what q is made of. */
  readonly keysFrom: Value | null
  readonly past: Past | null
  readonly seesAhead: boolean
  readonly site: Site
  readonly options: BlockParts['options']
}

/** Norm, products and attention of one kind; scores are not divided by sqrt(dHead). */
function attend(builder: GraphBuilder, input: Value, parts: AttentionParts) {
  const { weights, names, mask, keysFrom, past, seesAhead, options } = parts
  const { config, precision } = options
  const { nHeads, dHead } = config
  const own = (name: string) => name.replace('attn.', `${names.attention}.`)
  const site: Site = (name, value) => parts.site(own(name), value)
  const x = builder.scope(names.norm, () =>
    rmsNorm(builder, input, { scale: weights.norm, epsilon: config.normEpsilon }),
  )
  parts.site(`${names.norm}.hook_normalized`, x)
  return builder.scope(names.attention, () => {
    const [q, k, v] = products(builder, { x, keysFrom }, { weights, precision }).map((flat) =>
      builder.reshape(flat, [0, 0, nHeads, dHead]),
    )
    site('attn.hook_q', q)
    site('attn.hook_k', k)
    site('attn.hook_v', v)
    site('attn.hook_rot_q', q)
    site('attn.hook_rot_k', k)
    const inputs = { q, k, v, mask, past, seesAhead, scale: 1 }
    const { z, presentKey, presentValue } = attention(builder, inputs, site)
    site('attn.hook_z', z)
    const joined = builder.reshape(z, [0, 0, nHeads * dHead])
    const output = builder.scope('o_proj', () =>
      linear(builder, joined, { ...weights.output, precision }),
    )
    return { output, presentKey, presentValue }
  })
}

function products(
  builder: GraphBuilder,
  { x, keysFrom }: { x: Value; keysFrom: Value | null },
  { weights, precision }: { weights: AttentionWeights; precision: Precision },
): readonly Value[] {
  const layers = (['q', 'k', 'v'] as const).map((name) => ({
    name: `${name}_proj`,
    ...weights[name],
  }))
  if (keysFrom === null) return linearGroup(builder, x, { layers, precision })
  const [first, ...rest] = layers
  const q = builder.scope(first.name, () => linear(builder, x, { ...first, precision }))
  return [q, ...linearGroup(builder, keysFrom, { layers: rest, precision })]
}

const activations = { 'gelu-tanh': geluTanh, relu }

/** x [batch, seq, dModel] -> the same; with a gate (Shazeer 2020, eq. 6) or without one. */
function feedForward(builder: GraphBuilder, x: Value, parts: BlockParts): Value {
  const { weights, site, options } = parts
  const { config, precision } = options
  const activate = activations[config.activation]
  const up = { name: 'up_proj', ...weights.up }
  const down = (post: Value) =>
    builder.scope('down_proj', () => linear(builder, post, { ...weights.down, precision }))
  if (weights.gate === null) {
    const pre = builder.scope(up.name, () => linear(builder, x, { ...up, precision }))
    site('mlp.hook_pre', pre)
    const act = site('mlp.hook_act', activate(builder, pre))
    return down(site('mlp.hook_post', act))
  }
  const layers = [{ name: 'gate_proj', ...weights.gate }, up]
  const [gate, linearPart] = linearGroup(builder, x, { layers, precision })
  site('mlp.hook_pre', gate)
  site('mlp.hook_pre_linear', linearPart)
  const act = site('mlp.hook_act', activate(builder, gate))
  return down(site('mlp.hook_post', builder.mul(act, linearPart)))
}
