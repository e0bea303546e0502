import { describe, expect, it } from 'vitest'
import { encodePairs, prefixToken, truncatePair } from './encode-pair.ts'

/** Words with the blank before them are tokens: " a" and "a" differ; 0 stands before every text. */
const words: string[] = []
const tokenizer = {
  bosId: 0,
  eosIds: [1],
  encode: (text: string, { addSpecial }: { addSpecial: boolean }): number[] => {
    const ids = (text.match(/ ?[^ ]+| /g) ?? []).map((word) => {
      if (!words.includes(word)) words.push(word)
      return 2 + words.indexOf(word)
    })
    return addSpecial ? [0, ...ids] : ids
  },
}
const spell = (ids: readonly number[]): string[] =>
  ids.map((id) => (id < 2 ? `<${id}>` : (words[id - 2] ?? '?')))

describe('encodePairs', () => {
  it('cuts the tokens of the whole text behind those of the context', () => {
    const pairs = encodePairs(tokenizer, { context: 'a b', continuations: [' c d', ' e'] })
    expect(pairs.map(({ context }) => spell(context))).toEqual([
      ['<0>', 'a', ' b'],
      ['<0>', 'a', ' b'],
    ])
    expect(pairs.map(({ continuation }) => spell(continuation))).toEqual([[' c', ' d'], [' e']])
  })

  it('moves blanks at the end of the context to the continuation', () => {
    const [pair] = encodePairs(tokenizer, { context: 'a b ', continuations: ['c'] })
    expect(spell(pair.context)).toEqual(['<0>', 'a', ' b'])
    expect(spell(pair.continuation)).toEqual([' c'])
  })

  it('puts the beginning-of-text token before a text without context', () => {
    const [pair] = encodePairs(tokenizer, { context: '', continuations: ['a b'] })
    expect(pair.context).toEqual([0])
    expect(spell(pair.continuation)).toEqual(['a', ' b'])
    expect(prefixToken({ ...tokenizer, bosId: null })).toBe(1)
    expect(() => prefixToken({ ...tokenizer, bosId: null, eosIds: [] })).toThrow(/neither/)
  })

  it('refuses a continuation that adds no token', () => {
    expect(() => encodePairs(tokenizer, { context: 'a', continuations: [''] })).toThrow(/no token/)
  })
})

describe('truncatePair', () => {
  const pair = { context: [1, 2, 3, 4, 5], continuation: [6, 7] }
  it('keeps the end: the last token is predicted but never read', () => {
    expect(truncatePair(pair, 6)).toEqual(pair)
    expect(truncatePair(pair, null)).toEqual(pair)
    expect(truncatePair(pair, 4).context).toEqual([3, 4, 5])
    expect(truncatePair(pair, 2)).toEqual({ context: [5], continuation: [6, 7] })
  })
  it('refuses a continuation that leaves no room for context', () => {
    expect(() => truncatePair(pair, 1)).toThrow(/2 tokens; expected at most .* 1/)
  })
})
