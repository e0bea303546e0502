import { describe, expect, it } from 'vitest'
import { seriesAt, seriesOfLetter } from './series.ts'
import { formatParameters, formatSize } from './sizes.ts'
import { formatDuration, formatUtc } from './times.ts'

describe('formatSize', () => {
  it.each([
    [512, '512 B'],
    [1_120_000_000, '1.12 GB'],
    [86_400_000, '86.4 MB'],
    [491_400_032, '491 MB'],
  ])('writes %s bytes as %s', (sizeBytes, text) => {
    expect(formatSize(sizeBytes)).toBe(text)
  })
})

describe('formatParameters', () => {
  it('writes counts of weights as people say them', () => {
    expect([134_515_008, 1_543_714_304].map(formatParameters)).toEqual(['135M', '1.54B'])
  })
})

describe('formatDuration', () => {
  it.each([
    [400, '0.4 s'],
    [130_000, '2 min 10 s'],
    [59_700, '60 s'],
    [3_599_600, '1 h'],
    [3_900_000, '1 h 5 min'],
    [180_000_000, '2 d 2 h'],
  ])('writes %s ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})

describe('formatUtc', () => {
  it('names the zone', () => {
    expect(formatUtc(Date.UTC(2026, 10, 24, 5, 41, 3))).toBe('2026-11-24 05:41:03 UTC')
  })
})

describe('seriesAt', () => {
  it('gives A the neutral colour and twelve columns twelve different pairs of colour and shape', () => {
    expect(seriesAt(0).color).toBe('var(--series-0)')
    const pairs = Array.from({ length: 12 }, (_, index) => seriesAt(index))
    expect(new Set(pairs.map(({ color, shape }) => `${color} ${shape}`)).size).toBe(12)
  })

  it('finds the same series by its letter', () => {
    expect(seriesOfLetter('C')).toEqual(seriesAt(2))
  })
})
