import { describe, expect, it } from 'vitest'
import { createTokenizer } from './open.ts'
import { addedToken, type TokenizerJson } from './source.ts'
import type { Tokenizer } from './types.ts'

const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } })

function build(json: Pick<TokenizerJson, 'model'> & Partial<TokenizerJson>): Tokenizer {
  return createTokenizer({
    file: 'tokenizer.json',
    json: {
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [special('<s>'), { Sequence: { id: 'A', type_id: 0 } }, special('</s>')],
        pair: [],
      },
      decoder: null,
      added_tokens: ['<s>', '</s>'].map((content, id) =>
        addedToken({ id, content, special: true }),
      ),
      ...json,
    },
    bosId: 0,
    eosIds: [1],
    chatTemplate: null,
    specialTokens: {},
    cleansUpSpaces: false,
  })
}

const tokenizer = build({
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'WhitespaceSplit' },
      { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: true },
    ],
  },
  model: {
    type: 'Unigram',
    unk_id: 2,
    vocab: [
      ['<s>', 0],
      ['</s>', 0],
      ['<unk>', 0],
      ['\u2581a', -1],
      ['\u2581', -2],
      ['b', -3],
    ],
  },
})

describe('encodeWords', () => {
  it('gives every word its own prefix and names its first token', () => {
    const { ids, wordStarts } = tokenizer.encodeWords(['a', 'abb', 'b'])
    expect(ids).toEqual([0, 3, 3, 5, 5, 4, 5, 1])
    expect(wordStarts).toEqual([1, 2, 5])
  })

  it('knows words that leave no token', () => {
    expect(tokenizer.encodeWords(['a', '', ' ', 'a'])).toEqual({
      ids: [0, 3, 3, 1],
      wordStarts: [1, null, null, 2],
    })
    expect(tokenizer.encodeWords([])).toEqual({ ids: [0, 1], wordStarts: [] })
  })

  it('keeps a special token in a word text', () => {
    for (const words of [['</s>'], ['a</s>b'], ['<s', '>']]) {
      const { ids } = tokenizer.encodeWords(words)
      expect(ids[0], words.join(' ')).toBe(0)
      expect(ids.at(-1), words.join(' ')).toBe(1)
      expect(
        ids.slice(1, -1).some((id) => id < 2),
        words.join(' '),
      ).toBe(false)
    }
  })

  it('cuts what is too long, and the frame stays', () => {
    const words = ['a', 'abb', 'b']
    expect(tokenizer.encodeWords(words, { maxTokens: 5 })).toEqual({
      ids: [0, 3, 3, 5, 1],
      wordStarts: [1, 2, null],
    })
    expect(tokenizer.encodeWords(words, { maxTokens: 2 }).ids).toEqual([0, 1])
    expect(tokenizer.encodeWords(words, { maxTokens: 8 }).ids).toHaveLength(8)
  })

  it('needs no frame', () => {
    const bare = build({
      added_tokens: [],
      post_processor: null,
      model: {
        type: 'WordPiece',
        unk_token: '?',
        continuing_subword_prefix: '##',
        vocab: { '?': 0, a: 1, '##b': 2 },
      },
    })
    expect(bare.encodeWords(['ab', 'c'])).toEqual({ ids: [1, 2, 0], wordStarts: [0, 2] })
  })
})
