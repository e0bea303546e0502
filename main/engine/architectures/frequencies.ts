/** Rotation frequencies with their scalings, in float32 as transformers computes them (modeling_rope_utils.py). */
import type { RopeConfig } from './types.ts'

/** One angle per position for each of the dHead/2 pairs. */
export function inverseFrequencies(rope: RopeConfig, dHead: number): Float32Array {
  const plain = Float32Array.from(
    { length: dHead / 2 },
    (_, i) => 1 / Math.fround(rope.theta ** Math.fround((2 * i) / dHead)),
  )
  const { scaling } = rope
  switch (scaling.kind) {
    case 'none':
      return plain
    case 'linear':
      return plain.map((frequency) => frequency / scaling.factor)
    case 'factors':
      return plain.map((frequency, i) => frequency / scaling.factors[i])
    case 'llama3':
      return plain.map((frequency) => llama3Frequency(frequency, scaling))
  }
}

/** Long waves are slowed down, short ones kept, those between blended. */
function llama3Frequency(
  frequency: number,
  scaling: {
    factor: number
    lowFrequencyFactor: number
    highFrequencyFactor: number
    originalContextLength: number
  },
): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high } = scaling
  const turns = (scaling.originalContextLength * frequency) / (2 * Math.PI)
  if (turns < low) return frequency / factor
  if (turns > high) return frequency
  const smooth = (turns - low) / (high - low)
  return ((1 - smooth) * frequency) / factor + smooth * frequency
}
