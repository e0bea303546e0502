import { type Arithmetic, horner } from './arithmetic.ts'

const breakpoint = 2.855
const coefficients = [
  -0.0024920889620412097, 1.0542492677156243, -0.17616532856475706, -0.20093640347818847,
  0.09948747962825866, -0.013232131886235352,
]

/** Tanh by a quintic in |x| up to 2.855, 1 beyond, sign restored (Pang et al., BOLT, S&P 2024). At 0 it gives -0.002492. */
export function boltTanh<T>(m: Arithmetic<T>, x: T): T {
  const t = m.abs(x)
  const inner = horner(m, coefficients, m.min(t, breakpoint))
  const magnitude = m.whereLessOrEqual(t, breakpoint, { ifTrue: inner, ifFalse: 1 })
  return m.whereLess(x, 0, { ifTrue: m.neg(magnitude), ifFalse: magnitude })
}
