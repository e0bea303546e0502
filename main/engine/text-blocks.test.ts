import { describe, expect, it } from 'vitest'
import type { Sample } from '#contract/suites'
import { cutBlocks } from './text-blocks.ts'
import type { Tokenizer } from './tokenizer/types.ts'

/** A token per `width` letters: two tokenizers of the same text. */
function tokenizerOf(width: number): Tokenizer {
  return {
    encode: (text: string) => {
      const parts = text.match(new RegExp(`.{1,${width}}`, 'gs')) ?? []
      return parts.map((part) => part.codePointAt(0) ?? 0)
    },
    decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
  } as unknown as Tokenizer
}

const pieces = ['abcd', 'efghij', 'k'].map((prompt, index): Sample => ({
  id: `piece-${index}`,
  index,
  prompt,
  expectation: 'none',
  category: null,
  cluster: null,
  metadata: {},
}))

describe('cutBlocks', () => {
  it('encodes the pieces as one text and drops the rest', () => {
    const { samples, tokenIds } = cutBlocks(pieces, { tokenizer: tokenizerOf(1), blockTokens: 4 })
    expect(samples.map(({ prompt }) => prompt)).toEqual(['abcd', 'efgh'])
    expect(samples.map(({ index }) => index)).toEqual([0, 1])
    expect(tokenIds.get(samples[1]?.id ?? '')).toEqual([101, 102, 103, 104])
  })

  it('names blocks by the tokens of the text: other tokenizers share none', () => {
    const ids = (width: number) =>
      cutBlocks(pieces, { tokenizer: tokenizerOf(width), blockTokens: 4 }).samples.map(
        ({ id }) => id,
      )
    expect(ids(1)).toEqual(ids(1))
    expect(ids(1)[0]).toMatch(/^block-[0-9a-f]{8}-0$/)
    expect(ids(2)[0]).not.toBe(ids(1)[0])
  })

  it('refuses a text that fills no block', () => {
    const cut = () => cutBlocks(pieces, { tokenizer: tokenizerOf(1), blockTokens: 12 })
    expect(cut).toThrow('has 11 tokens; expected at least one block of 12')
  })
})
