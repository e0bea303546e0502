/** Number of elements of a tensor of this shape; 1 for a scalar (`[]`). */
export function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const extent of shape) count *= extent
  return count
}

/** A shape as people read it: `[2048, 1024]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis])
}
