/**
 * How much of each tensor of a block is set to zero: TEAL's greedy allocation (Liu et al. 2025, Algorithm 1). One tensor at a time
 * becomes sparser by a step that weighs the same in parameters, the one that leaves the output of the block with the smallest error.
 */
import { mostBlockSparsity } from '../interventions/types.ts'

/** Published: 0.05 of the size of q, which is a thirteenth of the linear parameters in a block of Llama-3-8B's shape. */
export const stepSparsity = 0.05 / 13

/** Thresholds are known up to here. */
const mostOfTensor = 0.99

/** Sparsity of each tensor; the first row is all zero, each other one step further. */
export type AllocationPath = readonly (readonly number[])[]

/** Parameters of the products that read each tensor, and the error of the block's output at such sparsities. */
export async function allocateGreedily(
  parameters: readonly number[],
  errorAt: (sparsities: readonly number[]) => Promise<number>,
): Promise<AllocationPath> {
  const all = sum(parameters)
  const path = [parameters.map(() => 0)]
  for (;;) {
    const current = path[path.length - 1]
    const mean = sum(current.map((sparsity, at) => sparsity * parameters[at])) / all
    if (mean >= mostBlockSparsity - 1e-9) return path
    let best: { readonly next: number[]; readonly error: number } | null = null
    for (const [at, sparsity] of current.entries()) {
      if (sparsity >= mostOfTensor) continue
      const step = (stepSparsity * all) / parameters[at]
      const next = current.with(at, Math.min(mostOfTensor, sparsity + step))
      const error = await errorAt(next)
      if (best === null || error < best.error) best = { next, error }
    }
    if (best === null) return path
    path.push(best.next)
  }
}

/** For each tensor its sparsity where the block's mean is 0, 0.01, ..., 0.9: that of the nearest row. */
export function allocationTables(
  path: AllocationPath,
  parameters: readonly number[],
): readonly (readonly number[])[] {
  const all = sum(parameters)
  const means = path.map((row) => sum(row.map((sparsity, at) => sparsity * parameters[at])) / all)
  const nearest = Array.from({ length: Math.round(mostBlockSparsity * 100) + 1 }, (_, k) => {
    const distances = means.map((mean) => Math.abs(mean - k / 100))
    return path[distances.indexOf(Math.min(...distances))]
  })
  return parameters.map((_, at) => nearest.map((row) => row[at]))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
