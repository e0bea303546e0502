import { describe, expect, it } from 'vitest'
import type { Difference, Estimate } from '#contract/comparisons'
import {
  differenceVerdict,
  digitsFor,
  formatDifference,
  formatEstimate,
  formatPValue,
  formatSmall,
  plural,
} from './numbers.ts'

const estimate: Estimate = {
  value: 0.0769,
  low: 0.0571,
  high: 0.1031,
  n: 520,
  unscored: 0,
  errored: 0,
  method: 'wilson',
}
const difference: Difference = {
  value: 0.0421,
  low: 0.0212,
  high: 0.0655,
  n: 518,
  pValue: 0.0001,
  pHolm: 0.00031,
  method: 'newcombe-10',
  isDetected: true,
  detectable: 0.0312,
  raised: 27,
  lowered: 5,
}

describe('digitsFor', () => {
  it.each([
    [46, 0],
    [4.6, 1],
    [0.46, 2],
    [null, 1],
    [0, 1],
  ])('writes an interval of width %s with %s decimals', (width, digits) => {
    expect(digitsFor(width)).toBe(digits)
  })
})

describe('formatEstimate', () => {
  it('gives a rate in percent with as many digits as its interval supports', () => {
    expect(formatEstimate(estimate, 'rate')).toEqual({
      value: '7.7%',
      interval: '[5.7, 10.3]',
      n: 'n 520',
      leftOut: '',
    })
  })

  it('drops the decimals of a wide interval', () => {
    const wide = formatEstimate({ ...estimate, value: 0.34, low: 0.22, high: 0.48 }, 'rate')
    expect([wide.value, wide.interval]).toEqual(['34%', '[22, 48]'])
  })

  it('counts what could not be judged and what failed apart from n', () => {
    const text = formatEstimate({ ...estimate, unscored: 3, errored: 1 }, 'rate')
    expect(text.leftOut).toBe('3 could not be judged, 1 failed')
  })

  it('shows a missing value as missing and not as zero', () => {
    const text = formatEstimate({ ...estimate, value: null, low: null, high: null }, 'rate')
    expect([text.value, text.interval]).toEqual(['–', ''])
  })
})

describe('formatDifference', () => {
  it('signs a difference of rates and calls its unit points', () => {
    const text = formatDifference(difference, 'rate')
    expect([text.value, text.interval]).toEqual(['+4.2 points', '[2.1, 6.6]'])
  })

  it('uses a true minus sign', () => {
    expect(formatDifference({ ...difference, value: -0.042 }, 'rate').value).toBe('−4.2 points')
  })
})

describe('differenceVerdict', () => {
  it('names the adjusted p of a detected difference', () => {
    expect(differenceVerdict(difference, 'rate')).toBe('p 0.0003 Holm')
  })

  it('says what a null result could have seen', () => {
    expect(differenceVerdict({ ...difference, isDetected: false }, 'rate')).toBe(
      'no detectable difference (could have seen 3.1 points)',
    )
  })
})

describe('small texts', () => {
  it('keeps two significant digits over many orders', () => {
    expect([0, 0.16, 0.012, 3.14159, 2.3e-7].map(formatSmall)).toEqual([
      '0',
      '0.16',
      '0.012',
      '3.1',
      '2.3e−7',
    ])
  })

  it('never rounds a p value to zero', () => {
    expect([0.00001, 0.0003, 0.0123, 0.42].map(formatPValue)).toEqual([
      '< 0.0001',
      '0.0003',
      '0.012',
      '0.42',
    ])
  })

  it('counts things in the singular and the plural', () => {
    expect([plural(1, 'job'), plural(1200, 'job')]).toEqual(['1 job', '1,200 jobs'])
  })
})
