import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readGolden } from './fixtures/tiny.ts'
import { createTokenizer } from './open.ts'
import type { TokenizerJson } from './source.ts'
import type { Tokenizer } from './types.ts'

function build(json: Partial<TokenizerJson> & Pick<TokenizerJson, 'model'>): Tokenizer {
  return createTokenizer({
    file: 'tokenizer.json',
    json: {
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      added_tokens: [],
      ...json,
    },
    bosId: null,
    eosIds: [],
    chatTemplate: null,
    specialTokens: {},
    cleansUpSpaces: false,
  })
}

const encode = (tokenizer: Tokenizer, text: string) => tokenizer.encode(text, { addSpecial: false })

describe('byte-level BPE by the components that tokenizer.json names', () => {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, use_regex: true }
  const digits = { type: 'Digits', individual_digits: true }
  const preTokenizers = {
    'gpt-2': byteLevel,
    smollm: { type: 'Sequence', pretokenizers: [digits, byteLevel] },
  }
  const file = join(import.meta.dirname, 'fixtures/tiny-bpe/tokenizer.json')
  const tiny = JSON.parse(readFileSync(file, 'utf8')) as TokenizerJson

  it.each(Object.entries(preTokenizers))(
    '%s: digits of all scripts, U+FEFF and U+0085 are what Unicode says they are',
    (name, preTokenizer) => {
      const tokenizer = build({ ...tiny, normalizer: null, pre_tokenizer: preTokenizer })
      for (const { text, ids } of readGolden().preTokenizers[name]) {
        expect(encode(tokenizer, text), JSON.stringify(text)).toEqual(ids)
      }
    },
  )
})

describe('unigram', () => {
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
      unk_id: 0,
      vocab: [
        ['<unk>', 0],
        ['\u2581a', -1],
        ['\u2581', -2],
        ['b', -3],
      ],
    },
  })

  it('gives the unknown id for what it does not know, once for a run', () => {
    expect(encode(tokenizer, 'ab xyz')).toEqual([1, 3, 2, 0])
  })

  it('splits at U+0085, a space, and not at U+FEFF, which is none', () => {
    expect(encode(tokenizer, 'a\u0085a')).toEqual([1, 1])
    expect(encode(tokenizer, 'a\uFEFFb')).toEqual([1, 0, 3])
  })
})

describe('word pieces', () => {
  const tokenizer = build({
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: { '[UNK]': 0, a: 1, b: 2, '\u{20089}': 3, '##b': 4, '!': 5 },
    },
  })

  it('stand alone around ideographs of every plane', () => {
    expect(encode(tokenizer, 'a\u{20089}b')).toEqual([1, 3, 2])
  })

  it('lose accents, case and control characters, and end at signs', () => {
    expect(encode(tokenizer, '\u00C1\u0000B!\uFEFF b')).toEqual([1, 4, 5, 2])
  })
})

describe('byte tokens', () => {
  const vocab = Object.fromEntries(
    ['<unk>', '<0xE7>', '<0x8C>', '<0xAB>', '<0xEF>', '<0xBB>', '<0xBF>', 'x'].map((t, i) => [
      t,
      i,
    ]),
  )
  const tokenizer = build({
    decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] },
    model: { type: 'BPE', unk_token: '<unk>', byte_fallback: true, vocab, merges: [] },
  })

  it('decode to characters, U+FEFF among them', () => {
    expect(tokenizer.decode([1, 2, 3, 7])).toBe('猫x')
    expect(tokenizer.decode([4, 5, 6, 7])).toBe('\uFEFFx')
  })

  it('decode to one U+FFFD a byte when the run is not UTF-8', () => {
    expect(tokenizer.decode([1, 2, 7])).toBe('\uFFFD\uFFFDx')
  })
})
