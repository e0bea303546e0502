/**
 * Seeded random numbers: mulberry32 (Tommy Ettinger, public domain), 32 bits of state, period 2^32. Good enough for
 * resampling, never for secrets. The same seed gives the same numbers on every machine.
 */

export interface Rng {
  /** Next 32 random bits as an unsigned integer. */
  bits(): number
  /** Next number in [0, 1): the 32 bits over 2^32. */
  uniform(): number
  /** Next integer in [0, bound); bound up to 2^32. The bias of scaling is below bound / 2^32. */
  below(bound: number): number
}

const twoTo32 = 4294967296

/** A generator that starts from `seed` (its lowest 32 bits count). */
export function createRng(seed: number): Rng {
  let state = seed >>> 0
  function bits(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    bits,
    uniform: () => bits() / twoTo32,
    below: (bound) => Math.floor((bits() / twoTo32) * bound),
  }
}
