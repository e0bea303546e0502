/** Tensors of a checkpoint by name and shape, with errors that name file, tensor, expected and found. */
import { ActbenchError } from '#contract/errors'
import type { LinearWeights } from '../blocks/linear.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'

/** Throws `malformed-file` naming a tensor that is missing. */
export function requireTensor(checkpoint: Checkpoint, name: string): TensorRef {
  const tensor = checkpoint.tensors.get(name)
  if (tensor !== undefined) return tensor
  throw new ActbenchError({
    code: 'malformed-file',
    message: `${checkpoint.path}: expected a tensor ${name}, found none among ${checkpoint.tensors.size}.`,
    remedy: 'Download the model again; all of its parts must be in one folder.',
  })
}

/** The tensor itself. Throws `shape-mismatch` when it has another shape. */
export function shaped(tensor: TensorRef, shape: readonly number[]): TensorRef {
  const fits =
    tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis])
  if (fits) return tensor
  throw new ActbenchError({
    code: 'shape-mismatch',
    message: `${tensor.name}: expected [${shape.join(', ')}], found [${tensor.shape.join(', ')}] in ${tensor.file}.`,
    remedy: 'Download the model again.',
  })
}

/** `path`.weight [out, in] and `path`.bias [out], both of which must be there. */
export function requireLinear(
  checkpoint: Checkpoint,
  path: string,
  shape: readonly [out: number, inner: number],
): LinearWeights {
  return {
    weight: shaped(requireTensor(checkpoint, `${path}.weight`), shape),
    bias: shaped(requireTensor(checkpoint, `${path}.bias`), [shape[0]]),
  }
}
