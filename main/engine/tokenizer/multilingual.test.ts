import { describe, expect, it } from 'vitest'
import { expectFailure, scratchFolder } from '../checkpoint/fixtures/scratch.ts'
import type { GgufValue } from '../checkpoint/fixtures/write-gguf.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import {
  multilingualMetadata,
  readMultilingual,
  vocabularies,
  writeMultilingualDirectory,
  type VocabularyName,
} from './fixtures/multilingual.ts'
import { writeTinyGguf } from './fixtures/tiny.ts'
import { openTokenizer } from './open.ts'
import type { Tokenizer } from './types.ts'

const lines = readMultilingual()

function openDirectory(name: VocabularyName): Tokenizer {
  const folder = scratchFolder()
  writeMultilingualDirectory(folder, name)
  return openTokenizer(openCheckpoint(folder))
}

function openGguf(metadata: Readonly<Record<string, GgufValue>>): Tokenizer {
  return openTokenizer(openCheckpoint(writeTinyGguf(scratchFolder(), metadata)))
}

const sources = vocabularies.flatMap((name) => [
  { name, from: 'tokenizer.json', open: () => openDirectory(name) },
  { name, from: 'GGUF metadata', open: () => openGguf(multilingualMetadata(name)) },
])

describe.each(sources)('$name from $from', ({ name, open }) => {
  it(`encodes ${lines.length} lines in 52 languages as Hugging Face tokenizers does`, () => {
    const tokenizer = open()
    expect(lines.length).toBeGreaterThan(1_000)
    const differing = lines.flatMap((line) => {
      const ours = tokenizer.encode(line.text, { addSpecial: true })
      return String(ours) === String(line[name].ids)
        ? []
        : [{ text: JSON.stringify(line.text), ours, expected: line[name].ids }]
    })
    expect(differing).toEqual([])
  })

  it('encodes their words as is_split_into_words does, and knows where each starts', () => {
    const tokenizer = open()
    const differing = lines.flatMap((line) => {
      const ours = tokenizer.encodeWords(line.words)
      const { ids, wordIds, wordStarts } = line[name]
      const expected = { ids: wordIds ?? ids, wordStarts }
      return JSON.stringify(ours) === JSON.stringify(expected)
        ? []
        : [{ words: JSON.stringify(line.words), ours, expected }]
    })
    expect(differing).toEqual([])
  })
})

describe('word pieces from GGUF metadata', () => {
  const withFlag = (key: string, value: boolean) => ({
    ...multilingualMetadata('cased'),
    [`tokenizer.ggml.normalizer.${key}`]: { type: 'bool', value } as const,
  })
  const encode = (tokenizer: Tokenizer, text: string) =>
    tokenizer.encode(text, { addSpecial: false })

  it('obey a file that says whether case and accents count', () => {
    const [plain, lower] = [withFlag('lowercase', false), withFlag('lowercase', true)].map(openGguf)
    expect(encode(lower, 'WAKE')).toEqual(encode(plain, 'wake'))
    expect(encode(plain, 'WAKE')).not.toEqual(encode(plain, 'wake'))
    const stripping = openGguf(withFlag('strip_accents', true))
    expect(encode(stripping, 'café')).toEqual(encode(plain, 'cafe'))
  })

  it('find [CLS] and [SEP] by name where the file does not declare them', () => {
    const { 'tokenizer.ggml.cls_token_id': _, ...metadata } = multilingualMetadata('cased')
    const declared = openGguf(multilingualMetadata('cased'))
    expect(openGguf(metadata).encode('wake', { addSpecial: true })).toEqual(
      declared.encode('wake', { addSpecial: true }),
    )
  })

  it('are refused without them', () => {
    const metadata = {
      'general.architecture': { type: 'string', value: 'bert' },
      'tokenizer.ggml.model': { type: 'string', value: 'bert' },
      'tokenizer.ggml.tokens': { type: 'array', of: 'string', values: ['[UNK]', '\u2581a'] },
    } as const
    expectFailure(() => openGguf(metadata), 'malformed-file', 'cls_token_id', '[CLS]')
  })
})

describe('unigram from GGUF metadata', () => {
  const metadata = multilingualMetadata('unigram')
  const utf8 = (values: readonly number[]): GgufValue => ({ type: 'array', of: 'i8', values })

  it('frames as T5 does outside of encoders: </s> only', () => {
    const t5 = openGguf({ ...metadata, 'general.architecture': { type: 'string', value: 't5' } })
    const ids = t5.encode('wake me up', { addSpecial: true })
    expect(ids.at(-1)).toBe(2)
    expect(ids[0]).not.toBe(0)
  })

  it('reads a charsmap of signed bytes', () => {
    const key = 'tokenizer.ggml.precompiled_charsmap'
    const given = metadata[key]
    const bytes = 'values' in given ? given.values.map(Number) : []
    const signed = openGguf({ ...metadata, [key]: utf8(bytes.map((byte) => (byte << 24) >> 24)) })
    const text = 'Ⅷ ﬁn ½'
    expect(signed.encode(text, { addSpecial: false })).toEqual(
      openGguf(metadata).encode(text, { addSpecial: false }),
    )
  })

  it('is malformed when scores are missing or not one for each token', () => {
    const { 'tokenizer.ggml.scores': _, ...without } = metadata
    expectFailure(() => openGguf(without), 'malformed-file', 'tokenizer.ggml.scores')
    const short: GgufValue = { type: 'array', of: 'f32', values: [0, 0] }
    const cut = { ...metadata, 'tokenizer.ggml.scores': short }
    expectFailure(() => openGguf(cut), 'malformed-file', 'tokenizer.ggml.scores', 'entries, one')
  })
})
