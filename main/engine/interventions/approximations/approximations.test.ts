/** Published and worked values, in float64 and as the runtime computes the same lines in float32. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Value } from '../../graph/ir.ts'
import { runFunction } from '../fixtures/run-graph.ts'
import { findPolynomial, geluPolynomials, siluPolynomials } from './activations.ts'
import { type Arithmetic, float64 } from './arithmetic.ts'
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
import { piecewise } from './piecewise.ts'

let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'actbench-approximations-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

interface Functions {
  readonly number: (x: number) => number
  readonly value: (m: Arithmetic<Value>, x: Value) => Value
}

/** One generic function for both arithmetics. */
function both(f: <T>(m: Arithmetic<T>, x: T) => T): Functions {
  return { number: (x) => f(float64, x), value: f }
}

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

const silu = (x: number) => x / (1 + Math.exp(-x))
const erfGelu = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2))

/** erf by its series (Abramowitz and Stegun 7.1.6), to 1e-12 for |z| < 4; 1 beyond. */
function erf(z: number): number {
  if (Math.abs(z) >= 4) return Math.sign(z)
  let term = z
  let sum = z
  for (let n = 1; n < 120; n++) {
    term *= (2 * z * z) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum
}

interface Bound {
  readonly name: string
  readonly of: (x: number) => number
  readonly exact: (x: number) => number
  readonly range: readonly [number, number]
  readonly largest: number
}

const whole = [-20, 20] as const
const gelu = (id: string, largest: number): Bound => ({
  name: `GELU ${id}`,
  of: (x) => piecewise(float64, findPolynomial(geluPolynomials, id), x),
  exact: erfGelu,
  range: whole,
  largest,
})
const siluBy = (id: string, largest: number): Bound => ({
  name: `SiLU ${id}`,
  of: (x) => piecewise(float64, findPolynomial(siluPolynomials, id), x),
  exact: silu,
  range: whole,
  largest,
})
const exponential = (name: string, of: (x: number) => number, largest: number): Bound => ({
  name: `exp ${name}`,
  of,
  exact: Math.exp,
  range: [-20, 0],
  largest,
})

const bounds: readonly Bound[] = [
  gelu('puma', 0.019913),
  gelu('bumblebee-paper', 0.033291),
  gelu('bolt', 0.009361),
  gelu('bumblebee-code', 0.005218),
  gelu('nexus', 0.000814),
  siluBy('spu', 0.071945),
  siluBy('bumblebee', 0.009886),
  siluBy('fit-quartic', 0.010093),
  siluBy('fit-degree-12', 0.005286),
  exponential('5 squarings', power(5).number, 0.008547),
  exponential('6 squarings', power(6).number, 0.004251),
  exponential('7 squarings', power(7).number, 0.00212),
  exponential('8 squarings', power(8).number, 0.001059),
  exponential('BOLT', both(boltExponential).number, 0.002128),
  {
    name: 'tanh BOLT',
    of: both(boltTanh).number,
    exact: Math.tanh,
    range: whole,
    largest: 0.006604,
  },
  {
    name: 'GELU soft NEXUS',
    of: both(nexusSoftGelu).number,
    exact: erfGelu,
    range: [-5, 5],
    largest: 0.000688,
  },
  {
    name: 'GELU Iron',
    of: both((m, x) => fixedGelu(m, x, 12)).number,
    exact: erfGelu,
    range: [-8, 8],
    largest: 0.000715,
  },
  {
    name: 'SiLU Iron',
    of: both((m, x) => fixedSilu(m, x, 12)).number,
    exact: silu,
    range: [-8, 8],
    largest: 0.001128,
  },
]

describe('largest absolute error', () => {
  it.each(bounds)('$name', ({ of, exact, range: [from, to], largest }) => {
    let worst = 0
    const steps = 20_000
    const ends = [2.7, 3, 3.5, 4, 5, 6.46, 7.22, 8, 2.855].flatMap((end) => [end, -end])
    const beside = ends.flatMap((end) => [end - 1e-9, end, end + 1e-9])
    const grid = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps)
    for (const x of [...grid, ...beside].filter((point) => point >= from && point <= to)) {
      worst = Math.max(worst, Math.abs(of(x) - exact(x)))
    }
    // The grid may miss the top of a smooth hump, never a jump.
    expect(worst).toBeGreaterThan(largest - 4e-5)
    expect(worst).toBeLessThan(largest + 2e-6)
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
