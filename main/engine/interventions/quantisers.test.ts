import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import {
  applyUse,
  chainOfSites,
  expectClose,
  mlpPost,
  runRows,
  scratchFolder,
} from './fixtures/one-site.ts'
import { smoothingScales } from './smoothing.ts'
import type { FittedStatistics } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const rows = [
  [0.1, -0.52, 0.25, 1.27],
  [-3, 0.4, 0.02, 2.5],
]
const channelMaxima = [3, 0.52, 0.25, 2.5]
const meanSquare = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length

interface Case {
  id: string
  params: Record<string, Json>
  scales: readonly number[]
  zeros?: readonly number[]
  integers: readonly number[]
  mse: number
}

/** Two tokens of four channels: scales (and zero points) by token, integers, mean square error. */
const cases: readonly Case[] = [
  {
    id: 'activation-quantisation',
    params: { bits: 8 },
    scales: [0.01, 0.0236220472],
    integers: [10, -52, 25, 127, -127, 17, 1, 106],
    mse: 3.887408e-6,
  },
  {
    id: 'activation-quantisation',
    params: { bits: 4 },
    scales: [0.1814285714, 0.4285714286],
    integers: [1, -3, 1, 7, -7, 1, 0, 6],
    mse: 2.280102e-3,
  },
  {
    id: 'activation-quantisation',
    params: { bits: 8, granularity: 'tensor' },
    scales: [0.0236220472, 0.0236220472],
    integers: [4, -22, 11, 54, -127, 17, 1, 106],
    mse: 2.37135e-5,
  },
  {
    id: 'activation-quantisation',
    params: { bits: 4, granularity: 'tensor' },
    scales: [0.4285714286, 0.4285714286],
    integers: [0, -1, 1, 3, -7, 1, 0, 6],
    mse: 7.101531e-3,
  },
  {
    id: 'omniquant',
    params: { bits: 8, attention: false },
    scales: [0.0070196078, 0.0215686275],
    zeros: [74, 139],
    integers: [88, 0, 110, 255, 0, 158, 140, 255],
    mse: 1.46461e-5,
  },
  {
    id: 'omniquant',
    params: { bits: 4, attention: false },
    scales: [0.1193333333, 0.3666666667],
    zeros: [4, 8],
    integers: [5, 0, 6, 15, 0, 9, 8, 15],
    mse: 1.817889e-3,
  },
]

describe('quantisers', () => {
  it.each(cases)('$id $params gives the worked integers', async (one) => {
    const use = { id: one.id, params: { inputs: ['down'], ...one.params } }
    const fitted: FittedStatistics = new Map([[mlpPost, { channelMaxima }]])
    const { graph, inputs, inputsAtZero } = applyUse(chainOfSites([mlpPost]), use, { fitted })
    const found = await runRows(folder, graph, { rows, inputs })
    const { scales, integers, zeros = [0, 0] } = one
    const expected = integers.map((q, i) => scales[i >> 2] * (q - zeros[i >> 2]))
    expectClose(found, expected)
    expect(meanSquare(found, rows.flat()) / one.mse).toBeCloseTo(1, 4)
    const atZero = await runRows(folder, graph, { rows, inputs: inputsAtZero ?? new Map() })
    expect(atZero).toEqual([...new Float32Array(rows.flat())])
  })

  it('leaves q, k and v of OmniQuant alone where only another input is chosen', () => {
    const use = { id: 'omniquant', params: { inputs: ['down'] } }
    expect(applyUse(chainOfSites([mlpPost]), use).changed).toEqual([mlpPost])
  })

  it('clips what exceeds the largest magnitude of the calibration text', async () => {
    const use = {
      id: 'activation-quantisation',
      params: { inputs: ['down'], bits: 4, granularity: 'tensor' },
    }
    const fitted: FittedStatistics = new Map([[mlpPost, { channelMaxima: [7, 3] }]])
    const { graph, inputs } = applyUse(chainOfSites([mlpPost]), use, { fitted })
    const found = await runRows(folder, graph, { rows: [[9, -30, 2.4]], inputs })
    expectClose(found, [7, -7, 2])
  })
})

const x = [
  [1, -16, 2, 6],
  [-2, 8, -1, -9],
]
/** [in, out] */
const w = [
  [2, 1, -2],
  [1, -1, -1],
  [2, -1, -2],
  [-1, -1, 1],
]
const activationMaxima = [2, 16, 2, 9]
const weightMaxima = [2, 1, 2, 1]
const qkv = 'blocks.0.ln1.hook_normalized'

const product = (flat: readonly number[]) =>
  [0, 1].flatMap((token) =>
    [0, 1, 2].map((column) =>
      w.reduce((sum, row, channel) => sum + flat[4 * token + channel] * row[column], 0),
    ),
  )

describe('smoothquant', () => {
  it.each([
    [0.5, [1, 4, 1, 3]],
    [0.85, [1.62450479, 10.55606329, 1.62450479, 6.47300784]],
  ])('scales channels at alpha %f', (alpha, expected) => {
    const scales = smoothingScales(activationMaxima, weightMaxima, { alpha, floor: 1e-5 })
    expectClose([...scales], expected, 6)
  })

  it('keeps a channel without activations or weights finite', () => {
    const scales = smoothingScales([0, 1], [1, 0], { alpha: 0.5, floor: 1e-5 })
    expect(scales[0]).toBeCloseTo(1e-5, 8)
    expect(scales[1]).toBeCloseTo(Math.sqrt(1e5), 2)
  })

  it.each([
    [8, 'activation-quantisation', 0.001519],
    [8, 'smoothquant', 0.001209],
    [4, 'activation-quantisation', 3.840136],
    // Two quotients of the first token lie between two integers: float64 has 3.5 and rounds to 4 (error 0.39795918), float32 3.4999998.
    [4, 'smoothquant', 0.61564588],
  ])('at %i bits %s errs by %d in the product', async (bits, id, expected) => {
    const params = { inputs: ['qkv'], bits, ...(id === 'smoothquant' ? { alpha: 0.5 } : {}) }
    const fitted: FittedStatistics = new Map([
      [qkv, { channelMaxima: activationMaxima, weightMaxima }],
    ])
    const { graph, inputs } = applyUse(chainOfSites([qkv], 4), { id, params }, { fitted })
    const found = await runRows(folder, graph, { rows: x, inputs })
    expect(meanSquare(product(found), product(x.flat()))).toBeCloseTo(expected, 5)
  })
})
