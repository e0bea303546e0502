/**
 * Uniform numbers addressed by (seed, sample key, step): what a row draws depends neither on its neighbours in the batch
 * nor on when it was admitted. MurmurHash3's finaliser (Appleby 2011, public domain) mixes the three.
 */

function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 64-bit state (two words) for one sample under one seed. */
export interface RandomStream {
  readonly low: number
  readonly high: number
}

export function randomStream(seed: number, key: string): RandomStream {
  let low = mix(seed >>> 0)
  let high = mix(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9)
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    low = mix(low ^ Math.imul(unit + 1, 0x9e3779b1))
    high = mix(high ^ Math.imul(unit + 1, 0x85ebca77) ^ low)
  }
  return { low, high }
}

/** The number at `step`, a multiple of 2^-24 in [0, 1): exactly what float32 can hold. */
export function uniformAt(stream: RandomStream, step: number): number {
  const first = mix(stream.low ^ Math.imul(step + 1, 0x9e3779b1))
  const second = mix(first ^ stream.high ^ Math.imul(step + 1, 0xc2b2ae3d))
  return (second >>> 8) / 2 ** 24
}
