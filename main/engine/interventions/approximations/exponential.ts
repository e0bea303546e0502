/** Exponentials of x <= 0, as softmax needs them after the row maximum is taken off. */
import { type Arithmetic, horner } from './arithmetic.ts'

/**
 * (1 + x / 2^n)^(2^n) by n squarings; with a `clip`, 0 below it. BumbleBee (Lu et al., NDSS 2025) clips at -14 (released
 * code) or -13 (paper); NEXUS (Zhang et al., NDSS 2025) has n = 7 and no clip. Ours: the base stays at 0 where it would turn
 * negative, since an even power would make large again what a mask has made small.
 */
export function powerExponential<T>(
  m: Arithmetic<T>,
  x: T,
  { squarings, clip }: { squarings: number; clip: number | null },
): T {
  let power = m.max(m.add(m.mul(x, 2 ** -squarings), 1), 0)
  for (let i = 0; i < squarings; i++) power = m.mul(power, power)
  return clip === null ? power : m.whereLess(x, clip, { ifTrue: 0, ifFalse: power })
}

/** 0.3585 (p + 1.353)^2 + 0.344 on (-ln 2, 0], multiplied out. */
const boltQuadratic = [0.3585 * 1.353 ** 2 + 0.344, 2 * 0.3585 * 1.353, 0.3585]
/** Below it every float32 power of two is zero. */
const boltFloor = -1000

/**
 * x = -l ln 2 + p with p in (-ln 2, 0]: a quadratic of p over 2^l. BOLT (Pang et al., S&P 2024), after I-BERT (Kim et al.,
 * ICML 2021, eq. 13).
 */
export function boltExponential<T>(m: Arithmetic<T>, x: T): T {
  const bounded = m.clamp(x, boltFloor, 0)
  const halvings = m.floor(m.mul(bounded, -1 / Math.LN2))
  const rest = m.add(bounded, m.mul(halvings, Math.LN2))
  return m.mul(horner(m, boltQuadratic, rest), m.pow(2, m.neg(halvings)))
}
