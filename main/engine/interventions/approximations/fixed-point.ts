/**
 * Functions looked up in fixed point, as Iron evaluates them (Hao et al., NeurIPS 2022; released code: bit length 37, scale
 * 12). An emulation: argument and result are rounded to the grid, the function between is exact.
 */
import type { Arithmetic } from './arithmetic.ts'

/** Of the whole number, sign included. */
const bitLength = 37

/** v to the nearest multiple of 2^-fractionBits, halves up; held at the ends of the range, where a ring would wrap. */
export function roundFixed<T>(m: Arithmetic<T>, v: T, fractionBits: number): T {
  const scale = 2 ** fractionBits
  const largest = 2 ** (bitLength - 1) / scale
  const scaled = m.mul(m.clamp(v, -largest, largest), scale)
  // Not floor(scaled + 0.5): beyond 2^23 that sum is no float32.
  const below = m.floor(scaled)
  const up = m.whereLess(m.sub(scaled, below), 0.5, { ifTrue: 0, ifFalse: 1 })
  return m.mul(m.add(below, up), 1 / scale)
}

/** Round, apply, round. */
function lookUp<T>(
  m: Arithmetic<T>,
  x: T,
  { fractionBits, exact }: { fractionBits: number; exact: (x: T) => T },
): T {
  return roundFixed(m, exact(roundFixed(m, x, fractionBits)), fractionBits)
}

export function fixedGelu<T>(m: Arithmetic<T>, x: T, fractionBits: number): T {
  return lookUp(m, x, { fractionBits, exact: (v) => tanhGelu(m, v) })
}

/** Ours in Iron's manner, which covers GELU only: x times a looked-up sigmoid, the product rounded again. */
export function fixedSilu<T>(m: Arithmetic<T>, x: T, fractionBits: number): T {
  const sigmoid = lookUp(m, x, { fractionBits, exact: m.sigmoid })
  return roundFixed(m, m.mul(roundFixed(m, x, fractionBits), sigmoid), fractionBits)
}

/** For x <= 0. */
export function fixedExponential<T>(m: Arithmetic<T>, x: T, fractionBits: number): T {
  return lookUp(m, x, { fractionBits, exact: m.exp })
}

/** 1 / sqrt(v) for v > 0; a variance that rounds to zero counts as the smallest step instead. */
export function fixedInverseSquareRoot<T>(m: Arithmetic<T>, v: T, fractionBits: number): T {
  const smallest = 2 ** -fractionBits
  return lookUp(m, v, {
    fractionBits,
    exact: (rounded) => m.div(1, m.sqrt(m.max(rounded, smallest))),
  })
}

/** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), Hendrycks and Gimpel 2016. */
function tanhGelu<T>(m: Arithmetic<T>, x: T): T {
  const cubic = m.mul(m.mul(m.mul(x, x), x), 0.044715)
  const inner = m.mul(m.add(x, cubic), Math.sqrt(2 / Math.PI))
  return m.mul(m.mul(x, 0.5), m.add(m.tanh(inner), 1))
}
