/** Worked values of Iron, BOLT, BumbleBee, NEXUS and single polynomials, as the real runtime computes them. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RegionKind } from '../graph/ir.ts'
import { applyUse, expectClose, type Rows, scratchFolder, type Use } from './fixtures/one-site.ts'
import { onlyActivation, onlyNorm, onlySoftmax, techniques } from './fixtures/polynomial-choices.ts'
import { functionGraph, normEpsilon, normScale, runGraph } from './fixtures/run-graph.ts'

let cacheDir: string
beforeAll(() => {
  cacheDir = scratchFolder()
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

const onlyTanh = { activation: false, softmax: false }

async function run(kind: RegionKind, use: Use, rows: Rows): Promise<number[]> {
  const applied = applyUse(functionGraph(kind), use)
  const [values] = await runGraph(applied.graph, rows, { cacheDir, inputs: applied.inputs })
  return values
}

describe('GELU', () => {
  const points = [-4.5, -3, -2.5, -1, -0.5, 0, 0.5, 2, 3, 4]
  const columns: readonly (readonly [Use, readonly number[]])[] = [
    [
      { id: 'polynomial-activation', params: { gelu: 'puma' } },
      [0, -0.003369, -0.015306, -0.167026, -0.153719, 0.008526, 0.346281, 1.962464, 3.015864, 4],
    ],
    [
      { id: 'bumblebee', params: { ...onlyActivation, gelu: 'paper' } },
      [
        0.009237, -0.003369, -0.015306, -0.167026, -0.153719, 0.008526, 0.346281, 1.962464,
        3.015864, 3.99999,
      ],
    ],
    [
      { id: 'bolt', params: onlyActivation },
      [0, 0, -0.01492, -0.157982, -0.153744, 0.001621, 0.346256, 1.955255, 3, 4],
    ],
    [
      { id: 'bumblebee', params: onlyActivation },
      [0, -0.009268, -0.01492, -0.157982, -0.153744, 0.001621, 0.346256, 1.955255, 2.990732, 4],
    ],
    [
      { id: 'nexus', params: onlyActivation },
      [0, -0.003824, -0.014941, -0.158893, -0.154407, 0.000226, 0.345593, 1.954402, 2.996176, 4],
    ],
  ]

  it.each(columns)('%j gives the published values', async (use, expected) => {
    expectClose(await run('gelu', use, [points]), expected, 5)
    expectClose(await run('gelu-tanh', use, [points]), expected, 5)
  })

  it('of Iron lies on its grid', async () => {
    const found = await run('gelu', { id: 'iron', params: onlyActivation }, [[-1.1, 2.2]])
    expect(found).toEqual([-612 / 4096, 8887 / 4096])
  })

  it('by soft comparisons agrees with the hard ones within the domain, and stays finite beyond', async () => {
    const use = { id: 'nexus', params: { ...onlyActivation, gelu: 'soft' } }
    const found = await run('gelu', use, [[-1, 0.5, 2, -1e6, 1e6]])
    expectClose(found.slice(0, 3), [-0.158893, 0.345593, 1.954402], 4)
    // The sign is right to about 1e-6, which is relative to x where x is large.
    expect(Math.abs(found[3])).toBeLessThan(10)
    expect(Math.abs(found[4] - 1e6)).toBeLessThan(10)
  })
})

describe('SiLU', () => {
  const points = [-8, -5, -4, -1, 0, 0.5, 2, 4, 6, 8]
  const columns: readonly (readonly [Use, readonly number[]])[] = [
    [
      { id: 'polynomial-activation', params: { silu: 'spu' } },
      [-0.005921, -0.035535, -0.062293, -0.274189, 0.008506, 0.314852, 1.76083, 3.937707, 6, 8],
    ],
    [
      { id: 'bumblebee', params: onlyActivation },
      [0.007203, -0.027153, -0.063532, -0.265205, 0, 0.314381, 1.753826, 3.936468, 5.979651, 8],
    ],
    [
      { id: 'bolt', params: onlyActivation },
      [0, -0.032628, -0.062228, -0.260118, -0.01002, 0.318335, 1.753116, 3.937772, 5.976657, 8],
    ],
    [
      { id: 'nexus', params: onlyActivation },
      [0, -0.030756, -0.076967, -0.272625, 0.005286, 0.313262, 1.761104, 3.923033, 5.983837, 8],
    ],
  ]

  it.each(columns)('%j gives the worked values', async (use, expected) => {
    expectClose(await run('silu', use, [points]), expected, 5)
  })

  it('of Iron lies on its grid', async () => {
    const found = await run('silu', { id: 'iron', params: onlyActivation }, [[-1.1, 2.2]])
    expect(found).toEqual([-1125 / 4096, 8111 / 4096])
  })
})

describe('softmax', () => {
  const row = [2, 1, 0, -1, -16]
  const columns: readonly (readonly [Use, readonly number[]])[] = [
    [
      { id: 'bumblebee', params: { ...onlySoftmax, expSquarings: 5 } },
      [0.65287248, 0.23637594, 0.08277691, 0.02797467, 0],
    ],
    [{ id: 'bumblebee', params: onlySoftmax }, [0.64835217, 0.23663981, 0.08498862, 0.0300194, 0]],
    [{ id: 'nexus', params: onlySoftmax }, [0.6461229, 0.2367638, 0.08607337, 0.03103993, 0]],
    [{ id: 'bolt', params: onlySoftmax }, [0.64395768, 0.23702465, 0.08690094, 0.03211672, 0]],
  ]

  it.each(columns)('%j gives the worked values', async (use, expected) => {
    expectClose(await run('softmax', use, [row]), expected, 6)
  })

  it('of Iron is a ratio of numbers on its grid', async () => {
    const found = await run('softmax', { id: 'iron', params: onlySoftmax }, [[0, -1, -2, -20]])
    const powers = [4096, 1507, 554, 0]
    expectClose(
      found,
      powers.map((power) => power / 6157),
      6,
    )
  })

  it('with the reciprocal of NEXUS shrinks a row whose sum is one by 72 %', async () => {
    const use = { id: 'nexus', params: { ...onlySoftmax, reciprocal: 'nexus' } }
    const [largest] = await run('softmax', use, [[0, -200, -200]])
    expect(largest).toBeCloseTo(1 - 0.72498, 5)
  })

  it.each(techniques)('%s gives hidden positions nothing', async (id) => {
    const rows = [
      [-1e9 + 64, 3, 3, -1e9],
      [-1e9, -1e9, -1e9, -1e9],
      [-Infinity, 0, -6e4, -Infinity],
    ]
    const found = await run('softmax', { id, params: onlySoftmax }, rows)
    expectClose(found, [0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25, 0, 1, 0, 0], 6)
  })
})

describe('norms', () => {
  const rows = [
    [1, -2, 3, -4],
    [0.01, -0.02, 0.03, -0.04],
  ]
  const rms = (row: readonly number[]) => {
    const mean = row.reduce((sum, x) => sum + x * x, 0) / row.length
    return row.map((x, i) => (x * normScale[i]) / Math.sqrt(mean + normEpsilon))
  }

  it('of NEXUS are exact to 1e-5 when mean squares are brought into the domain', async () => {
    const found = await run('rms-norm', { id: 'nexus', params: onlyNorm }, rows)
    expectClose(found, rows.flatMap(rms), 5)
    expectClose(found.slice(0, 4), [0.36514835, -0.36514835, 2.19089008, -1.46059339], 5)
  })

  it('of NEXUS are far too small below the domain', async () => {
    const use = { id: 'nexus', params: { ...onlyNorm, rsqrtPrescale: false } }
    const found = await run('rms-norm', use, [[0.1 ** 0.5, 0.1 ** 0.5, 0.1 ** 0.5, 0.1 ** 0.5]])
    expect(found[0]).toBeCloseTo(1 - 0.5604, 3)
  })

  it('of Iron see a mean square in steps of 2^-12', async () => {
    const found = await run('rms-norm', { id: 'iron', params: onlyNorm }, rows)
    // 7.5 + 1e-6 is on the grid to 1e-6; 1/sqrt(7.5) = 0.365148 becomes 1496 steps.
    expectClose(found.slice(0, 2), [1496 / 4096, -1496 / 4096], 6)
    // 7.5e-4 is 3.07 steps, so 3.
    expect(found[4]).toBeCloseTo((0.01 * Math.round(Math.sqrt(4096 / 3) * 4096)) / 4096, 6)
  })

  it.each([
    ['iron', onlyNorm],
    ['nexus', { ...onlyNorm, rsqrtPrescale: false }],
  ])('%s covers layer norms with their mean and bias', async (id, params) => {
    const use = { id, params }
    const exact = await runGraph(functionGraph('layer-norm'), rows, { cacheDir })
    const found = await run('layer-norm', use, rows)
    expectClose(found.slice(0, 4), exact[0].slice(0, 4), 3)
    expect(found).not.toEqual(exact[0])
  })
})

describe('tanh', () => {
  it('is replaced by BOLT where there is one', async () => {
    const found = await run('tanh', { id: 'bolt', params: onlyTanh }, [[0.5, 2, -1, 40]])
    expectClose(found, [0.46127863, 0.96222536, -0.76091079, 1], 5)
  })
})
