import { describe, expect, it } from 'vitest'
import { createRateWindow, remainingMs } from './progress.ts'

describe('createRateWindow', () => {
  it('knows nothing before there are two moments', () => {
    const rate = createRateWindow()
    expect(rate.rates(0)).toEqual({ samplesPerSecond: null, tokensPerSecond: null })
    rate.add({ at: 1_000, samples: 4, tokens: 40 })
    expect(rate.rates(1_000)).toEqual({ samplesPerSecond: null, tokensPerSecond: null })
    rate.add({ at: 3_000, samples: 4, tokens: 40 })
    expect(rate.rates(3_000)).toEqual({ samplesPerSecond: 2, tokensPerSecond: 20 })
  })

  it('forgets what is long ago', () => {
    const rate = createRateWindow()
    for (let second = 0; second <= 60; second += 1) {
      rate.add({ at: second * 1_000, samples: 1, tokens: 10 })
    }
    for (let second = 61; second <= 120; second += 1) {
      rate.add({ at: second * 1_000, samples: 3, tokens: 30 })
    }
    expect(rate.rates(120_000).samplesPerSecond).toBeCloseTo(3, 6)
  })

  it('levels wide batches out whose answers end together', () => {
    const rate = createRateWindow()
    for (let second = 0; second <= 600; second += 1) {
      rate.add({ at: second * 1_000, samples: second % 60 === 0 ? 60 : 0, tokens: 100 })
    }
    // Just after an end it is at most one batch too high, just before the next one it is right.
    expect(rate.rates(600_000).samplesPerSecond).toBeLessThan(1.3)
    expect(rate.rates(659_000).samplesPerSecond).toBeCloseTo(1, 1)
  })
})

describe('remainingMs', () => {
  it('is the rest at the present rate, and unknown without one', () => {
    expect(remainingMs({ done: 20, total: 100 }, 4)).toBe(20_000)
    expect(remainingMs({ done: 100, total: 100 }, 4)).toBe(0)
    expect(remainingMs({ done: 1, total: 100 }, null)).toBeNull()
    expect(remainingMs({ done: 1, total: null }, 4)).toBeNull()
  })
})
