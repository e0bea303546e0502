/** Shape arithmetic with symbolic dimensions. Symbols are compared by name; `?...` fits anything. */
import { ActbenchError } from '#contract/errors'
import type { Dim, Shape } from './ir.ts'

function isUnknown(dim: Dim): boolean {
  return typeof dim === 'string' && dim.startsWith('?')
}

/** True when two dimensions may be the same size. */
export function dimsAgree(a: Dim, b: Dim): boolean {
  return a === b || isUnknown(a) || isUnknown(b)
}

export function shapesAgree(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dimsAgree(dim, b[axis]))
}

/** Sum of two sizes; symbolic sums are written `past+seq`. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  return isUnknown(a) || isUnknown(b) ? '?' : `${a}+${b}`
}

/** Product of sizes; symbolic products are written `batch*seq`, constant factor first. */
export function multiplyDims(dims: Shape): Dim {
  let factor = 1
  const symbols: string[] = []
  for (const dim of dims) {
    if (typeof dim === 'number') factor *= dim
    else symbols.push(...dim.split('*'))
  }
  const numeric = symbols.filter((part) => /^\d+$/.test(part))
  for (const part of numeric) factor *= Number(part)
  const names = symbols.filter((part) => !/^\d+$/.test(part))
  if (names.length === 0) return factor
  if (factor === 0) return 0
  if (names.some(isUnknown)) return '?'
  return factor === 1 ? names.join('*') : `${factor}*${names.join('*')}`
}

/** NumPy broadcasting. Throws `shape-mismatch` naming `where`. */
export function broadcastShapes(a: Shape, b: Shape, where: string): Shape {
  const rank = Math.max(a.length, b.length)
  const result: Dim[] = []
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left === 1) result.push(right)
    else if (right === 1) result.push(left)
    else if (dimsAgree(left, right)) result.push(isUnknown(left) ? right : left)
    else throw shapeMismatch(where, `[${a.join(', ')}] to broadcast with`, b)
  }
  return result
}

/** Turns a possibly negative axis into an index. Throws `shape-mismatch` when out of range. */
export function normalizeAxis(axis: number, rank: number, where: string): number {
  const index = axis < 0 ? axis + rank : axis
  if (index < 0 || index >= rank) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `${where}: expected an axis within rank ${rank}, found ${axis}`,
    })
  }
  return index
}

/**
 * Result of an ONNX Reshape with `allowzero = 0`: 0 copies the input's size, one -1 takes what is left.
 * Throws `shape-mismatch` when the element counts cannot agree.
 */
export function reshapeShape(input: Shape, target: readonly number[], where: string): Shape {
  const result: Dim[] = target.map((size, axis) => (size === 0 ? input[axis] : size))
  const hole = target.indexOf(-1)
  if (hole < 0) {
    const before = multiplyDims(input)
    const after = multiplyDims(result)
    const comparable = typeof before === 'number' && typeof after === 'number'
    if (comparable && before !== after) throw shapeMismatch(where, `${before} elements for`, result)
    return result
  }
  result[hole] = remainder(input, result, hole, where)
  return result
}

function remainder(input: Shape, result: readonly Dim[], hole: number, where: string): Dim {
  const rest = [...input]
  let divisor = 1
  for (const [axis, dim] of result.entries()) {
    if (axis === hole) continue
    const same = rest.indexOf(dim)
    if (same >= 0) rest.splice(same, 1)
    else if (typeof dim === 'number') divisor *= dim
    else return '?'
  }
  if (divisor === 1) return multiplyDims(rest)
  const numbers = rest.filter((dim) => typeof dim === 'number').reduce((a, b) => a * b, 1)
  const symbols = rest.filter((dim) => typeof dim === 'string')
  if (numbers % divisor !== 0) {
    if (symbols.length > 0) return '?'
    throw shapeMismatch(where, `${numbers} elements for`, result)
  }
  return multiplyDims([numbers / divisor, ...symbols])
}

export function shapeMismatch(where: string, expected: string, found: Shape): ActbenchError {
  return new ActbenchError({
    code: 'shape-mismatch',
    message: `${where}: expected ${expected} [${found.join(', ')}]`,
  })
}
