/** A checkpoint with an adapter's changes at its weights: from here on it is one model like any other. */
import type { Adapter } from '#contract/adapters'
import { ActbenchError } from '#contract/errors'
import { findDecoder } from '../architectures/index.ts'
import type { DecoderConfig } from '../architectures/types.ts'
import type { Checkpoint, LowRankUpdate, TensorRef } from '../checkpoint/types.ts'
import { fingerprintAdapter } from './inspect.ts'
import { readAdapter, type AdapterMatrices } from './read.ts'

/** The part of a registered adapter that matters here. */
export type AdapterSource = Pick<Adapter, 'name' | 'path' | 'fingerprint'>

/**
 * The same checkpoint with W + scale * B A in place of each matrix W that the adapter changes; nothing is read or computed
 * before somebody reads the matrix. Q and K of GGUF files whose rows are reordered get B's rows in that order.
 * Throws `invalid-input` when the adapter's files are not those that were registered, `unsupported` for settings that we
 * do not compute, `incompatible` when the model lacks the layer, and `shape-mismatch` naming tensor, adapter and shapes.
 */
export async function attachAdapter(
  checkpoint: Checkpoint,
  adapter: AdapterSource,
): Promise<Checkpoint> {
  const content = readAdapter(adapter.path)
  if (content.unsupported.length > 0) {
    throw new ActbenchError({
      code: 'unsupported',
      message: `Adapter ${adapter.name}: ${content.unsupported.join(' ')}`,
      remedy: 'Merge the adapter into the model with PEFT and add the merged model instead.',
    })
  }
  await requireUnchanged(adapter)
  const architecture = findDecoder(checkpoint)
  const config = architecture.readConfig(checkpoint)
  const tensors = new Map(checkpoint.tensors)
  for (const matrices of content.matrices) {
    const name = architecture.projectionName(checkpoint, matrices)
    const weight = name === null ? undefined : tensors.get(name)
    if (weight === undefined) throw noSuchLayer(adapter, matrices, config)
    tensors.set(weight.name, withUpdate(weight, { adapter, matrices, config }))
  }
  return { ...checkpoint, tensors }
}

function withUpdate(
  weight: TensorRef,
  options: { adapter: AdapterSource; matrices: AdapterMatrices; config: DecoderConfig },
): TensorRef {
  const { adapter, matrices, config } = options
  const { a, b, scale, module } = matrices
  const change = [b.shape[0], a.shape[1]]
  if (weight.shape[0] !== change[0] || weight.shape[1] !== change[1]) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `${weight.name}: expected a change of [${weight.shape.join(', ')}] from adapter ${adapter.name}, found [${change.join(', ')}] (lora_B [${b.shape.join(', ')}], lora_A [${a.shape.join(', ')}]).`,
      remedy: 'The adapter was made for another model: choose the one that it names as its base.',
    })
  }
  const isRotated = module === 'self_attn.q_proj' || module === 'self_attn.k_proj'
  const interleavedHead = isRotated && config.rope.interleaved ? config.dHead : null
  const lowRank: LowRankUpdate = { a, b, scale, interleavedHead }
  return { ...weight, lowRank }
}

function noSuchLayer(
  adapter: AdapterSource,
  { layer, module }: AdapterMatrices,
  { architecture, nLayers }: DecoderConfig,
): ActbenchError {
  return new ActbenchError({
    code: 'incompatible',
    message: `Adapter ${adapter.name} changes layers.${layer}.${module}, which the model (${architecture}, ${nLayers} layers) does not have.`,
    remedy: 'The adapter was made for another model: choose the one that it names as its base.',
  })
}

async function requireUnchanged({ name, path, fingerprint }: AdapterSource): Promise<void> {
  const found = await fingerprintAdapter(path)
  if (found === fingerprint) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Adapter ${name} at ${path}: expected the files with sha256 ${fingerprint.slice(0, 12)}, found ${found.slice(0, 12)}.`,
    remedy: 'The files changed since the adapter was added. Add them again as a new adapter.',
  })
}
