import { describe, expect, it } from 'vitest'
import { diffAnswers } from './answer-parts.ts'

/** What each side of a difference must give back, whatever the parts are. */
function rebuilt(baseline: string, answer: string) {
  const { parts } = diffAnswers(baseline, answer)
  return {
    baseline: parts
      .filter(({ kind }) => kind !== 'added')
      .map(({ text }) => text)
      .join(''),
    answer: parts
      .filter(({ kind }) => kind !== 'removed')
      .map(({ text }) => text)
      .join(''),
  }
}

describe('diffAnswers', () => {
  it('finds where two answers part', () => {
    const { parts, firstDivergence } = diffAnswers('I cannot help.', 'I can help.')
    expect(parts).toEqual([
      { kind: 'same', text: 'I ' },
      { kind: 'removed', text: 'cannot' },
      { kind: 'added', text: 'can' },
      { kind: 'same', text: ' help.' },
    ])
    expect(firstDivergence).toBe(1)
  })

  it('has no divergence in equal answers', () => {
    expect(diffAnswers('same', 'same')).toEqual({
      parts: [{ kind: 'same', text: 'same' }],
      firstDivergence: null,
    })
    expect(diffAnswers('', '').parts).toEqual([])
  })

  it.each([
    ['', 'new'],
    ['old text', ''],
    ['مرحبا بالعالم', 'مرحبا يا عالم'],
    ['我不能帮助你', '我可以帮助你'],
    ['line one\n\nline  two', 'line one\nline two'],
  ])('gives both texts back, letter for letter: %j and %j', (baseline, answer) => {
    expect(rebuilt(baseline, answer)).toEqual({ baseline, answer })
  })

  it('separates words also where a script writes no spaces', () => {
    const { parts } = diffAnswers('我不能帮助你', '我可以帮助你')
    expect(parts.at(-1)).toMatchObject({ kind: 'same' })
  })

  it('stays quick and exact on long texts with nothing in common', () => {
    const baseline = Array.from({ length: 6000 }, (_, index) => `a${index}`).join(' ')
    const answer = Array.from({ length: 6000 }, (_, index) => `b${index}`).join(' ')
    expect(rebuilt(baseline, answer)).toEqual({ baseline, answer })
  })
})
