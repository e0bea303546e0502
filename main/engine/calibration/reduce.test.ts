import { describe, expect, it } from 'vitest'
import { keptValues, thin } from './reduce.ts'

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
