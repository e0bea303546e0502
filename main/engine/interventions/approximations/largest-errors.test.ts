/** Largest absolute error of each approximation in float64, as reported or derived. */
import { describe, expect, it } from 'vitest'
import { both } from '../fixtures/both-arithmetics.ts'
import { findPolynomial, geluPolynomials, siluPolynomials } from './activations.ts'
import { float64 } from './arithmetic.ts'
import { boltTanh } from './bolt-tanh.ts'
import { boltExponential, powerExponential } from './exponential.ts'
import { fixedGelu, fixedSilu } from './fixed-point.ts'
import { nexusSoftGelu } from './nexus-circuits.ts'
import { piecewise } from './piecewise.ts'

const power = (squarings: number) => (x: number) =>
  powerExponential(float64, x, { squarings, clip: null })
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
  exponential('5 squarings', power(5), 0.008547),
  exponential('6 squarings', power(6), 0.004251),
  exponential('7 squarings', power(7), 0.00212),
  exponential('8 squarings', power(8), 0.001059),
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
