/**
 * Piecewise polynomials as data. One description serves the float64 evaluation that the tests check against the
 * published values and the graph that the model runs, so the two cannot drift apart.
 */

/** On (previous `to`, `to`] the polynomial sum of `coefficients[k] * t^k`, t = x or |x|. */
export interface Segment {
  /** Upper end of the segment; Infinity for the last one. */
  readonly to: number
  /** Whether `to` itself belongs to this segment. */
  readonly includesEnd: boolean
  /** Ascending powers. */
  readonly coefficients: readonly number[]
  /** The polynomial is in |x| and x/2 is added: the even-plus-half form of GELU and SiLU fits. */
  readonly isEvenPlusHalf?: boolean
}

export interface PiecewisePolynomial {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly segments: readonly Segment[]
}

export const zero: readonly number[] = [0]
export const identity: readonly number[] = [0, 1]

/** Value at x in float64. */
export function evaluatePiecewise(polynomial: PiecewisePolynomial, x: number): number {
  const segment =
    polynomial.segments.find(({ to, includesEnd }) => x < to || (includesEnd && x === to)) ??
    polynomial.segments[polynomial.segments.length - 1]
  const t = segment.isEvenPlusHalf === true ? Math.abs(x) : x
  const value = horner(segment.coefficients, t)
  return segment.isEvenPlusHalf === true ? value + x / 2 : value
}

function horner(coefficients: readonly number[], t: number): number {
  let value = 0
  for (let k = coefficients.length - 1; k >= 0; k--) value = value * t + coefficients[k]
  return value
}
