/**
 * Random numbers that depend on nothing but (seed, layer, site, position): neither padding, batch, chunks of a prompt nor the
 * provider changes them. A key is folded by the finaliser of MurmurHash3 (Appleby, public domain) and starts mulberry32.
 */
import { createRng } from '../../stats/rng.ts'

export type NoiseFamily = 'gauss' | 'laplace' | 'uniform'

/** Part of the key, so that the tensors of a layer get different numbers. Stored results depend on them: never renumber. */
export const siteCodes = {
  up: 0,
  down: 1,
  act: 2,
  'norm-input': 3,
  'norm-final': 4,
  qkv: 5,
  o: 6,
  'cross-input': 7,
  'cross-qkv': 8,
  'cross-o': 9,
} as const
export type NoiseCode = keyof typeof siteCodes

export interface NoiseKey {
  /** 32 bits, unsigned. */
  readonly seed: number
  readonly layer: number
  readonly code: number
}

function finalise(value: number): number {
  let hash = value
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const goldenRatio = 0x9e3779b9

/** Seed of the numbers at one position. */
export function keyOf({ seed, layer, code }: NoiseKey, position: number): number {
  let hash = seed >>> 0
  for (const part of [layer, code, position]) hash = finalise(hash ^ (part + goldenRatio))
  return hash
}

/**
 * Fills `out` with draws of scale 1: gauss has deviation 1, laplace b = 1 (deviation sqrt 2), uniform deviation 1 (half-width sqrt 3).
 * u = (r + 0.5) / 2^32; gauss takes pairs, R = sqrt(-2 ln u1), R cos 2 pi u2, R sin 2 pi u2; laplace -sign(v) ln(1 - 2 |v|), v = u - 0.5.
 */
export function fillNoise(family: NoiseFamily, key: number, out: Float32Array): void {
  const rng = createRng(key)
  const next = () => (rng.bits() + 0.5) / 2 ** 32
  if (family === 'gauss') {
    for (let at = 0; at < out.length; at += 2) {
      const radius = Math.sqrt(-2 * Math.log(next()))
      const angle = 2 * Math.PI * next()
      out[at] = radius * Math.cos(angle)
      if (at + 1 < out.length) out[at + 1] = radius * Math.sin(angle)
    }
    return
  }
  for (let at = 0; at < out.length; at++) {
    const centred = next() - 0.5
    out[at] =
      family === 'laplace'
        ? -Math.sign(centred) * Math.log(1 - 2 * Math.abs(centred))
        : centred * Math.sqrt(12)
  }
}
