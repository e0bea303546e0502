import { describe, expect, it } from 'vitest'
import { allocateGreedily, allocationTables, stepSparsity } from './greedy-allocation.ts'

const meanOf = (row: readonly number[], parameters: readonly number[]): number =>
  row.reduce((all, p, at) => all + p * parameters[at], 0) / parameters.reduce((a, b) => a + b)

describe('allocateGreedily', () => {
  it('makes the cheaper of two equal tensors sparse first, then the other', async () => {
    const path = await allocateGreedily([4, 4], ([p, q]) => Promise.resolve(2 * p + q))
    expect(path[0]).toEqual([0, 0])
    expect(path[1][1]).toBeCloseTo(0.1 / 13, 12)
    const half = path.find(([, q]) => q === 0.99)
    expect(half?.[0]).toBe(0)
    const [p, q] = path[path.length - 1]
    expect(q).toBe(0.99)
    // 0.9 is the mean at the end, reached in steps of 0.1 / 13.
    expect(p).toBeGreaterThanOrEqual(0.81 - 1e-9)
    expect(p).toBeLessThan(0.81 + 0.1 / 13)
    const [first, second] = allocationTables(path, [4, 4])
    expect(first[0]).toBe(0)
    expect(second[25]).toBeCloseTo(0.5, 1)
    expect(first[25]).toBe(0)
    expect(first).toHaveLength(91)
  })

  it('raises the mean by the published step: 0.05 of q in a block of Llama-3-8B’s shape', async () => {
    // q, k, v, o, gate, up, down in units of q.
    const parameters = [1, 0.25, 0.25, 1, 3.5, 3.5, 3.5]
    const steps: number[][] = []
    const path = await allocateGreedily(parameters, (row) => {
      if (steps.length < 7) steps.push([...row])
      return Promise.resolve(Math.max(...row))
    })
    steps.forEach((row, at) => expect(row[at]).toBeCloseTo(0.05 / parameters[at], 12))
    path.slice(1).forEach((row, at) => {
      const rise = meanOf(row, parameters) - meanOf(path[at], parameters)
      expect(rise).toBeLessThan(stepSparsity + 1e-12)
    })
    expect(meanOf(path[path.length - 1], parameters)).toBeGreaterThanOrEqual(0.9 - 1e-9)
  })

  it('takes in each step what a search by hand takes', async () => {
    const parameters = [1, 2]
    const errorAt = ([p, q]: readonly number[]) => 3 * p * p + q * q
    const path = await allocateGreedily(parameters, (row) => Promise.resolve(errorAt(row)))
    // Steps of 3 s and 1.5 s: 27 s² against 2.25 s², so the second goes first; at q = 4.5 s one more costs 36 - 20.25 = 15.75
    // and at 6 s 56.25 - 36 = 20.25, at 7.5 s 81 - 56.25 = 24.75, at 9 s 110.25 - 81 = 29.25: then the first.
    const s = stepSparsity
    expect(path[6][0]).toBe(0)
    expect(path[6][1]).toBeCloseTo(9 * s, 12)
    expect(path[7][0]).toBeCloseTo(3 * s, 12)
    expect(path[7][1]).toBeCloseTo(9 * s, 12)
  })
})
