/** A file's scales in the order in which a model's sites have their channels. */
import { ActbenchError } from '#contract/errors'
import type { DecoderConfig } from '../architectures/types.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import { type ScaleName, type TrainedScales, valuesOf } from './read.ts'

/** The part of a model that decides names, shapes and order. */
export type ScaledModel = Pick<
  DecoderConfig,
  'architecture' | 'nLayers' | 'dModel' | 'nHeads' | 'nKvHeads' | 'dHead' | 'rope'
>

/**
 * By site, what it is divided by before rounding and multiplied by after: [dModel] behind norms, [heads, dHead] of attention. Throws
 * `incompatible` when the file has not the model's layers, and `shape-mismatch` naming file, tensor and shapes.
 */
export function scalesBySite(
  scales: TrainedScales,
  model: ScaledModel,
): ReadonlyMap<string, Float32Array> {
  const beyond = [...scales.layers.keys()].find((layer) => layer >= model.nLayers)
  if (beyond !== undefined) {
    throw otherModel(scales, `has layer ${beyond}, beyond those of the model`, model)
  }
  const sites = new Map<string, Float32Array>()
  for (let layer = 0; layer < model.nLayers; layer++) {
    const read = (name: ScaleName) => valuesAt(scales, { layer, name, model })
    const at = (site: string) => `blocks.${layer}.${site}`
    sites.set(at('ln1.hook_normalized'), read('attention_input'))
    sites.set(at('ln2.hook_normalized'), read('mlp_input'))
    const keys = byChannel(read('query_key'), model)
    sites.set(at('attn.hook_rot_k'), keys)
    sites.set(
      at('attn.hook_rot_q'),
      repeated(keys, model).map((scale) => 1 / scale),
    )
    if (scales.layers.get(layer)?.has('value_output') !== true) continue
    const values = read('value_output')
    sites.set(at('attn.hook_v'), values)
    sites.set(at('attn.hook_z'), repeated(values, model))
  }
  return sites
}

function valuesAt(
  scales: TrainedScales,
  at: { readonly layer: number; readonly name: ScaleName; readonly model: ScaledModel },
): Float32Array {
  const { layer, name, model } = at
  const ref = scales.layers.get(layer)?.get(name)
  if (ref === undefined) {
    throw otherModel(scales, `lacks layers.${layer}.${name}.scale, needed for the model`, model)
  }
  const expected = shapeOf(name, model)
  if (ref.shape.join() !== expected.join()) throw wrongShape(scales, ref, expected)
  return valuesOf(ref)
}

function shapeOf(name: ScaleName, { dModel, nKvHeads, dHead }: ScaledModel): readonly number[] {
  if (name === 'query_key') return [nKvHeads, dHead / 2]
  return name === 'value_output' ? [nKvHeads, dHead] : [dModel]
}

/** [nKvHeads, dHead / 2] -> [nKvHeads, dHead]: both channels of a pair alike, where the rotation of this model has them. */
function byChannel(pairs: Float32Array, { dHead, rope }: ScaledModel): Float32Array {
  const half = dHead / 2
  return Float32Array.from({ length: 2 * pairs.length }, (_, at) => {
    const head = Math.floor(at / dHead)
    const channel = at % dHead
    return pairs[head * half + (rope.interleaved ? channel >> 1 : channel % half)]
  })
}

/** [nKvHeads, dHead] -> [nHeads, dHead]: all heads of a group have their key's scales. */
function repeated(byHead: Float32Array, { nHeads, nKvHeads, dHead }: ScaledModel): Float32Array {
  const group = nHeads / nKvHeads
  return Float32Array.from({ length: nHeads * dHead }, (_, at) => {
    const head = Math.floor(at / dHead / group)
    return byHead[head * dHead + (at % dHead)]
  })
}

function otherModel(
  { facts: { name, model } }: TrainedScales,
  problem: string,
  { architecture, nLayers }: ScaledModel,
): ActbenchError {
  return new ActbenchError({
    code: 'incompatible',
    message: `Scales ${name}: the file ${problem} (${architecture}, ${nLayers} layers).`,
    remedy: `Use scales that were trained for this model; these name ${model}.`,
  })
}

function wrongShape(
  { facts: { name, model } }: TrainedScales,
  ref: TensorRef,
  expected: readonly number[],
): ActbenchError {
  return new ActbenchError({
    code: 'shape-mismatch',
    message: `Scales ${name}: ${ref.name}: expected [${expected.join(', ')}], found [${ref.shape.join(', ')}].`,
    remedy: `Use scales that were trained for this model; these name ${model}.`,
  })
}
