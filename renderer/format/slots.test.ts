import { describe, expect, it } from 'vitest'
import { alignLabels, isAmong, isSlot, stretchesOf } from './slots.ts'

describe('slots of an utterance', () => {
  it('are stretches of words with one label', () => {
    expect(stretchesOf(['Other', 'Other', 'time', 'time', 'date'])).toEqual([
      { label: 'Other', first: 0, last: 1 },
      { label: 'time', first: 2, last: 3 },
      { label: 'date', first: 4, last: 4 },
    ])
    expect(stretchesOf([])).toEqual([])
  })

  it('are cut or filled to the words', () => {
    expect(alignLabels(['time', 'date', 'person'], 2)).toEqual(['time', 'date'])
    expect(alignLabels(['time'], 3)).toEqual(['time', 'Other', 'Other'])
  })

  it('are right when type and both ends are', () => {
    const gold = stretchesOf(['Other', 'time', 'time', 'Other']).filter(isSlot)
    const found = (...labels: string[]) => stretchesOf(labels).filter(isSlot)
    expect(found('Other', 'time', 'time').map((one) => isAmong(one, gold))).toEqual([true])
    expect(found('Other', 'time', 'date').map((one) => isAmong(one, gold))).toEqual([false, false])
    expect(found('time', 'time', 'time').map((one) => isAmong(one, gold))).toEqual([false])
  })
})
