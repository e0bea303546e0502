import { describe, expect, it } from 'vitest'
import { goldenBuckets } from '../architectures/fixtures/tiny-text-to-text.ts'
import { bucketOf } from './relative-bias.ts'

describe('buckets of distances', () => {
  it.each(['bidirectional', 'causal'] as const)('%s are those of transformers', (name) => {
    const buckets = { count: 32, maxDistance: 128, seesAhead: name === 'bidirectional' }
    const found = goldenBuckets[name].map((_, at) => bucketOf(at + goldenBuckets.from, buckets))
    expect(found).toEqual(goldenBuckets[name])
  })

  it('end at the largest distance', () => {
    const buckets = { count: 32, maxDistance: 128, seesAhead: true }
    expect(bucketOf(127, buckets)).toBe(bucketOf(1000, buckets))
    expect(bucketOf(-1000, buckets)).toBe(15)
  })
})
