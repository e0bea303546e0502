import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDifference,
  formatDuration,
  formatEstimate,
  formatP,
} from './numbers.ts'

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [18_400_000, '18.4 MB'],
    [999_600, '1.00 MB'],
    [491e6, '491 MB'],
  ])('%d bytes', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected))

  it.each([
    [800, '1 s'],
    [59_400, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms', (ms, expected) => expect(formatDuration(ms)).toBe(expected))

  it('p-values never read as zero', () => {
    expect(formatP(1e-9)).toBe('< 0.0001')
    expect(formatP(0.0003)).toBe('0.0003')
    expect(formatP(0.5)).toBe('0.50')
  })

  it('shows intervals in the unit of the value', () => {
    const estimate = { n: 520, unscored: 0, errored: 0, method: 'wilson' }
    expect(formatEstimate({ ...estimate, value: 0.062, low: 0.044, high: 0.086 }, 'rate')).toBe(
      '6.2% [4.4, 8.6]',
    )
    expect(formatEstimate({ ...estimate, value: null, low: null, high: null }, 'rate')).toBe(
      'not judged',
    )
  })

  it('shows differences of rates in points', () => {
    const difference = {
      value: 0.042,
      low: 0.021,
      high: 0.066,
      n: 520,
      pValue: 0.0001,
      pHolm: 0.0003,
      method: 'newcombe',
      isDetected: true,
      detectable: 0.02,
      raised: 30,
      lowered: 8,
    }
    expect(formatDifference(difference, 'rate')).toBe('+4.2 points [2.1, 6.6], p 0.0003 (Holm)')
    const lower = { ...difference, value: -0.042, low: -0.066, high: -0.021 }
    expect(formatDifference(lower, 'rate')).toBe('−4.2 points [−6.6, −2.1], p 0.0003 (Holm)')
  })
})
