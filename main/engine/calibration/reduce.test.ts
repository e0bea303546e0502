import { describe, expect, it } from 'vitest'
import { keptValues, reduceToChannelMaxima, reduceToMoments, thin } from './reduce.ts'

/** Values that name their channel, `tokens` tokens of `width` channels. */
function channels(tokens: number, width: number): Float32Array {
  return Float32Array.from({ length: tokens * width }, (_, at) => at % width)
}

describe('thin', () => {
  // Widths of SmolLM2 135M and 360M and of Qwen2.5 0.5B and 1.5B; eight windows of 256 tokens share the room.
  it.each([576, 960, 1536, 896, 4864, 8960])('sees every one of %i channels', (width) => {
    const limit = keptValues / 8
    const kept = thin(channels(256, width), { limit, width })
    expect(new Set(kept).size).toBe(width)
    expect(kept.length).toBeLessThanOrEqual(limit)
    expect(kept.length).toBeGreaterThan(0.4 * limit)
  })

  it('leaves alone what fits', () => {
    const values = channels(4, 8)
    expect(thin(values, { limit: 32, width: 8 })).toBe(values)
  })
})

describe('reduceToChannelMaxima', () => {
  it('keeps the largest magnitude of each channel over all windows', () => {
    const reducer = reduceToChannelMaxima()
    reducer.add(Float32Array.of(1, -2, 0.5, -3, 1, 0), 3)
    reducer.add(Float32Array.of(0, -4, 0.25), 3)
    expect(reducer.finish()).toEqual([3, 4, 0.5])
  })
})

describe('reduceToMoments', () => {
  it('is exact where the mean is large against the deviation', () => {
    const reducer = reduceToMoments()
    reducer.add(Float32Array.of(10001, 10003), 1)
    reducer.add(Float32Array.of(10005, 10007), 1)
    expect(reducer.finish()).toEqual({ mean: 10004, deviation: Math.sqrt(5), count: 4 })
  })
})
