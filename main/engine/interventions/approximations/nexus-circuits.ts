/**
 * What NEXUS computes under encryption (Zhang et al., NDSS 2025, and its released code), with the domain of each circuit. Outside
 * it the circuits diverge without a sign of it; here arguments are held at the ends of the domain.
 */
import { nexusGeluCoefficients } from './activations.ts'
import { type Arithmetic, horner } from './arithmetic.ts'

/** Odd polynomials in z: coefficients of z^1, z^3, ... Composite sign of Cheon et al., ASIACRYPT 2020. */
const f4 = [315, -420, 378, -180, 35].map((c) => c / 128)
const g4 = [5850, -34974, 97015, -113492, 46623].map((c) => c / 1024)

/** f4(f4(g4(g4(z)))), the sign of z, on [-1, 1]. */
export function nexusSign<T>(m: Arithmetic<T>, z: T): T {
  return [g4, g4, f4, f4].reduce(
    (value, coefficients) => m.mul(horner(m, coefficients, m.mul(value, value)), value),
    m.clamp(z, -1, 1),
  )
}

const geluBreakpoint = 3.5
/** Both breakpoints shifted by it stay within the domain of the sign for |x| <= 5. */
const geluDomain = 5
const geluScale = 1 / (geluDomain + geluBreakpoint)

/** GELU with both comparisons as soft signs; beyond |x| = 5 comparisons and polynomial see the end of the domain. */
export function nexusSoftGelu<T>(m: Arithmetic<T>, x: T): T {
  const held = m.clamp(x, -geluDomain, geluDomain)
  const halfSign = (shift: number) => m.mul(nexusSign(m, m.mul(m.add(held, shift), geluScale)), 0.5)
  const above = halfSign(-geluBreakpoint)
  const between = m.sub(halfSign(geluBreakpoint), above)
  const inner = m.mul(between, horner(m, nexusGeluCoefficients, held))
  return m.add(inner, m.mul(m.add(above, 0.5), x))
}

const reciprocalFactors = 5

/** 1 / x on (0, 2) as the product of 1 + (1 - x)^(2^k), k = 0..4 (Goldschmidt); relative error -(1 - x)^32. */
export function nexusReciprocal<T>(m: Arithmetic<T>, x: T): T {
  let power = m.sub(1, m.clamp(x, 0, 2))
  let product = m.add(power, 1)
  for (let factor = 1; factor < reciprocalFactors; factor++) {
    power = m.mul(power, power)
    product = m.mul(product, m.add(power, 1))
  }
  return product
}

const sumScale = 0.01

/** 1 / S for the sum of a softmax row, S < 200: relative error -(1 - S/100)^32, so -72 % at S = 1 and -3 % at S = 10. */
export function nexusSumReciprocal<T>(m: Arithmetic<T>, sum: T): T {
  return m.mul(nexusReciprocal(m, m.mul(sum, sumScale)), sumScale)
}

const slope = -1.29054537e-4
const intercept = 0.129054537
const newtonSteps = 4
const goldschmidtSteps = 2
/** The starting line is positive below 1000. */
const largestVariance = 999
/** With rescaling v lies in [10, 40), where the relative error is below 1e-6. */
const rescaledFrom = 10

/**
 * 1 / sqrt(v), v > 0: four Newton steps from a line and two Goldschmidt steps. Good from 10 to 750, far too small below 1
 * (-56 % at 0.1). `prescale` multiplies v by a power of 4 first and the result by the power of 2 that belongs to it.
 */
export function nexusInverseSquareRoot<T>(m: Arithmetic<T>, v: T, prescale: boolean): T {
  if (!prescale) return iterate(m, m.min(v, largestVariance))
  const log4 = m.mul(m.log(m.div(rescaledFrom, v)), 1 / Math.log(4))
  const doublings = m.ceil(log4)
  const scale = m.pow(2, doublings)
  return m.mul(iterate(m, m.mul(m.mul(v, scale), scale)), scale)
}

function iterate<T>(m: Arithmetic<T>, v: T): T {
  let y = m.add(m.mul(v, slope), intercept)
  for (let step = 0; step < newtonSteps; step++) {
    const cube = m.mul(m.mul(y, y), y)
    y = m.sub(m.mul(y, 1.5), m.mul(m.mul(v, cube), 0.5))
  }
  let a = m.mul(v, y)
  let h = m.mul(y, 0.5)
  for (let step = 0; step < goldschmidtSteps; step++) {
    const r = m.sub(0.5, m.mul(a, h))
    a = m.add(a, m.mul(a, r))
    h = m.add(h, m.mul(h, r))
  }
  return m.mul(h, 2)
}
