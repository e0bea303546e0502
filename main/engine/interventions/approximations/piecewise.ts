/** Piecewise polynomials as data, and their value over any arithmetic. */
import { type Arithmetic, float64, horner } from './arithmetic.ts'

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

/**
 * The polynomial at x, chosen from the last segment down to the first. A segment's argument is clamped to its own range, so
 * that a value far outside cannot overflow in a branch that is not chosen.
 */
export function piecewise<T>(m: Arithmetic<T>, { segments }: PiecewisePolynomial, x: T): T {
  const lowerEnds = [-Infinity, ...segments.map(({ to }) => to)]
  const values = segments.map((segment, index) =>
    segmentValue(m, segment, { x, from: lowerEnds[index] }),
  )
  return segments.slice(0, -1).reduceRight(
    (ifFalse, { to, includesEnd }, index) => {
      const choices = { ifTrue: values[index], ifFalse }
      return includesEnd ? m.whereLessOrEqual(x, to, choices) : m.whereLess(x, to, choices)
    },
    values[values.length - 1],
  )
}

/** Value at x in float64. */
export function evaluatePiecewise(polynomial: PiecewisePolynomial, x: number): number {
  return piecewise(float64, polynomial, x)
}

function segmentValue<T>(
  m: Arithmetic<T>,
  segment: Segment,
  { x, from }: { x: T; from: number },
): T {
  const { coefficients, to } = segment
  if (coefficients.length === 1) return m.constant(coefficients[0])
  if (coefficients.length === 2 && coefficients[0] === 0 && coefficients[1] === 1) return x
  const clamped = m.clamp(x, from, to)
  const isEven = segment.isEvenPlusHalf === true
  const value = horner(m, coefficients, isEven ? m.abs(clamped) : clamped)
  return isEven ? m.add(value, m.mul(clamped, 0.5)) : value
}
