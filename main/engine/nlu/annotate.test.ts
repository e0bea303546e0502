import { describe, expect, it } from 'vitest'
import { annotate } from './annotate.ts'

const words = (text: string) => text.split(' ')

describe('annotate', () => {
  it.each([
    ['wake me up', 'Other Other Other', 'wake me up'],
    [
      'wake me at five am this week',
      'Other Other Other time time date date',
      'wake me at [time : five am] [date : this week]',
    ],
    ['anna', 'person', '[person : anna]'],
    ['call anna now', 'Other person Other', 'call [person : anna] now'],
    ['call anna now', 'Other person', 'call [person : anna] now'],
    ['call anna', 'Other person person', 'call [person : anna]'],
  ])('%s with %s', (text, labels, expected) => {
    expect(annotate(words(text), words(labels))).toBe(expected)
  })
})
