/** Published and worked values, in float64 and as the runtime computes the same lines in float32. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, type Functions } from '../fixtures/both-arithmetics.ts'
import { runFunction } from '../fixtures/run-graph.ts'
import { float64 } from './arithmetic.ts'
import { boltTanh } from './bolt-tanh.ts'
import { boltExponential, powerExponential } from './exponential.ts'
import {
  fixedExponential,
  fixedGelu,
  fixedInverseSquareRoot,
  fixedSilu,
  roundFixed,
} from './fixed-point.ts'
import {
  nexusInverseSquareRoot,
  nexusReciprocal,
  nexusSign,
  nexusSoftGelu,
  nexusSumReciprocal,
} from './nexus-circuits.ts'

let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'actbench-approximations-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

const power = (squarings: number, clip: number | null = null) =>
  both((m, x) => powerExponential(m, x, { squarings, clip }))

const cases: readonly (readonly [string, Functions, readonly (readonly [number, number])[]])[] = [
  [
    'exp, 5 squarings',
    power(5),
    [
      [-1, 0.36205529],
      [-5, 0.00435353],
    ],
  ],
  [
    'exp, 6 squarings',
    power(6),
    [
      [-1, 0.36498652],
      [-5, 0.0054829],
    ],
  ],
  [
    'exp, 7 squarings',
    power(7),
    [
      [-1, 0.36643772],
      [-5, 0.00609506],
    ],
  ],
  [
    'exp, 8 squarings',
    power(8),
    [
      [-1, 0.36715975],
      [-5, 0.00641271],
    ],
  ],
  [
    'exp clipped at -4',
    power(6, -4),
    [
      [-3.99, float64.pow(1 - 3.99 / 64, 64)],
      [-4.01, 0],
      [-1e9, 0],
    ],
  ],
  [
    'exp without clip',
    power(7),
    [
      [-128, 0],
      [-256, 0],
      [-1e9, 0],
    ],
  ],
  [
    'exp of BOLT',
    both(boltExponential),
    [
      [-1, 0.36817549],
      [-5, 0.00675451],
      [0, 1.00027333],
      [-1e9, 0],
    ],
  ],
  [
    'tanh of BOLT',
    both(boltTanh),
    [
      [0.5, 0.46127863],
      [2, 0.96222536],
      [-1, -0.76091079],
      [0, -0.00249209],
      [3, 1],
      [-50, -1],
    ],
  ],
  [
    'reciprocal of NEXUS',
    both(nexusReciprocal),
    [
      [0.1, 9.65663162],
      [1.5, 0.66666667],
      [2, 0],
      [300, 0],
    ],
  ],
  [
    'sum reciprocal of NEXUS',
    both(nexusSumReciprocal),
    [
      [1, 1 - 0.72498],
      [2, (1 - 0.52388) / 2],
      [10, 0.1 * (1 - 0.03434)],
      [50, 0.02],
    ],
  ],
  [
    'rsqrt of NEXUS',
    both((m, v) => nexusInverseSquareRoot(m, v, false)),
    [
      [0.5, 1.1396099],
      [10, 0.31622776],
    ],
  ],
  [
    'rsqrt of NEXUS, rescaled',
    both((m, v) => nexusInverseSquareRoot(m, v, true)),
    [
      [0.5, Math.SQRT2],
      [1e-4, 100],
      [3e5, 3e5 ** -0.5],
      [10, 10 ** -0.5],
    ],
  ],
  [
    'sign of NEXUS',
    both(nexusSign),
    [
      [0.01, 0.98683881],
      [0.05, 1],
      [-0.05, -1],
      [0, 0],
      [7, 1],
    ],
  ],
  [
    'GELU of Iron',
    both((m, x) => fixedGelu(m, x, 12)),
    [
      [-1.1, -0.1494140625],
      [2.2, 2.1696777344],
    ],
  ],
  [
    'SiLU of Iron',
    both((m, x) => fixedSilu(m, x, 12)),
    [
      [-1.1, -0.2746582031],
      [2.2, 1.9802246094],
    ],
  ],
  [
    'exp of Iron',
    both((m, x) => fixedExponential(m, x, 12)),
    [
      [-1, 1507 / 4096],
      [-20, 0],
      [-1e9, 0],
    ],
  ],
  [
    'rsqrt of Iron',
    both((m, v) => fixedInverseSquareRoot(m, v, 12)),
    [
      [4, 0.5],
      [1e-9, 64],
      [1e-3, 32],
    ],
  ],
  [
    'rounding to the grid',
    both((m, v) => roundFixed(m, v, 1)),
    [
      [0.25, 0.5],
      [-0.25, 0],
      [0.24, 0],
      [-0.26, -0.5],
      [1e30, 2 ** 35],
    ],
  ],
]

describe('worked values', () => {
  it.each(cases)('%s', async (_name, { number, value }, points) => {
    const found = await runFunction(
      value,
      points.map(([x]) => x),
      cacheDir,
    )
    for (const [index, [x, expected]] of points.entries()) {
      const tolerance = 6e-6 * Math.max(1, Math.abs(expected))
      expect(Math.abs(number(x) - expected), `float64 at ${x}`).toBeLessThan(tolerance)
      expect(Math.abs(found[index] - expected), `graph at ${x}`).toBeLessThan(
        2e-5 * Math.max(1, Math.abs(expected)),
      )
    }
  })
})

describe('outside the domain', () => {
  it.each([
    ['soft GELU', both(nexusSoftGelu), [-1e30, -100, -5.1, 5.1, 100]],
    ['1/sqrt', both((m, v) => nexusInverseSquareRoot(m, v, false)), [1e-12, 500, 999, 1000, 1e30]],
    ['1/sqrt rescaled', both((m, v) => nexusInverseSquareRoot(m, v, true)), [1e-12, 1e12]],
    ['1/x', both(nexusReciprocal), [0, 2, 1e30]],
  ] as const)('%s stays finite', async (_name, { value, number }, xs) => {
    for (const found of await runFunction(value, xs, cacheDir))
      expect(found).toSatisfy(Number.isFinite)
    for (const x of xs) expect(number(x)).toSatisfy(Number.isFinite)
  })

  it('follows x where the soft GELU is past its breakpoints', async () => {
    const [low, high] = await runFunction(both(nexusSoftGelu).value, [-40, 40], cacheDir)
    expect(low).toBeCloseTo(0, 3)
    expect(high).toBeCloseTo(40, 3)
  })
})
