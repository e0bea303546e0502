import { describe, expect, it } from 'vitest'
import { rollingWindows } from './rolling-windows.ts'

describe('rollingWindows', () => {
  const ids = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]

  it('predicts every token once; a short last window is filled up with what stands before', () => {
    expect(rollingWindows(ids, { prefix: 0, maxLength: 4 })).toEqual([
      { ids: [0, 10, 11, 12, 13], from: 1 },
      { ids: [13, 14, 15, 16, 17], from: 1 },
      { ids: [16, 17, 18, 19, 20], from: 2 },
    ])
  })

  it('is one row where the text fits', () => {
    const whole = [{ ids: [0, ...ids], from: 1 }]
    expect(rollingWindows(ids, { prefix: 0, maxLength: 11 })).toEqual(whole)
    expect(rollingWindows(ids, { prefix: 0, maxLength: null })).toEqual(whole)
    expect(rollingWindows([], { prefix: 0, maxLength: 4 })).toEqual([])
  })

  it('reads no more than the context at a time', () => {
    for (let maxLength = 1; maxLength < 13; maxLength++) {
      const rows = rollingWindows(ids, { prefix: 0, maxLength })
      expect(rows.flatMap((row) => row.ids.slice(row.from))).toEqual(ids)
      for (const row of rows) expect(row.ids.length - 1).toBeLessThanOrEqual(maxLength)
    }
  })
})
