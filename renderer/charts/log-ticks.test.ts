import { describe, expect, it } from 'vitest'
import { logTicks } from './log-ticks.ts'

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten where three of them fit', () => {
    expect(logTicks(13, 58_000)).toEqual([100, 1000, 10_000])
    expect(logTicks(0.001, 0.1)).toEqual([0.001, 0.01, 0.1])
  })
  it('are finer where the ends are near', () => {
    expect(logTicks(30, 1100)).toEqual([30, 100, 300, 1000])
    expect(logTicks(12, 60)).toEqual([20, 50])
  })
})
