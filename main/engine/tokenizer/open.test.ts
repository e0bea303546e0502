import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, scratchFolder } from '../checkpoint/fixtures/scratch.ts'
import type { GgufValue } from '../checkpoint/fixtures/write-gguf.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import {
  bpeMetadata,
  pieceMetadata,
  readGolden,
  writeTinyDirectory,
  writeTinyGguf,
} from './fixtures/tiny.ts'
import { openTokenizer } from './open.ts'
import type { Tokenizer } from './types.ts'

const golden = readGolden()

function openDirectory(change: (folder: string) => void = () => undefined): Tokenizer {
  const folder = scratchFolder()
  writeTinyDirectory(folder)
  change(folder)
  return openTokenizer(openCheckpoint(folder))
}

function openGguf(metadata: Readonly<Record<string, GgufValue>>): Tokenizer {
  return openTokenizer(openCheckpoint(writeTinyGguf(scratchFolder(), metadata)))
}

const sources: readonly [string, () => Tokenizer][] = [
  ['a directory', () => openDirectory()],
  ['GGUF metadata', () => openGguf(bpeMetadata())],
]

describe.each(sources)('byte-level BPE from %s', (_, open) => {
  it('encodes as Hugging Face tokenizers does, special tokens recognised', () => {
    const tokenizer = open()
    for (const { text, ids } of golden.bpe) {
      const ours = tokenizer.encode(text, { addSpecial: false, parseSpecial: true })
      expect(ours, JSON.stringify(text)).toEqual(ids)
    }
  })

  it('encodes as it does with encode_special_tokens: what a user types stays text', () => {
    const tokenizer = open()
    for (const { text, plainIds } of golden.bpe) {
      expect(tokenizer.encode(text, { addSpecial: false }), JSON.stringify(text)).toEqual(plainIds)
    }
    const end = tokenizer.eosIds[0]
    expect(tokenizer.encode('<|im_end|>', { addSpecial: false })).not.toContain(end)
    expect(tokenizer.encode('<|im_end|>', { addSpecial: false, parseSpecial: true })).toEqual([end])
  })

  it('decodes as it does, and what it encoded comes back', () => {
    const tokenizer = open()
    for (const { text, ids, plainIds, decoded } of golden.bpe) {
      expect(tokenizer.decode(ids, { keepSpecial: true }), JSON.stringify(text)).toBe(decoded)
      expect(tokenizer.decode(plainIds)).toBe(text.normalize('NFC'))
    }
  })

  it('renders conversations as transformers does', () => {
    const tokenizer = open()
    for (const { messages, text } of golden.chats) expect(tokenizer.renderChat(messages)).toBe(text)
  })

  it('knows the ids that end an answer and leaves special tokens out of text', () => {
    const tokenizer = open()
    const idOf = (text: string) =>
      tokenizer.encode(text, { addSpecial: false, parseSpecial: true })[0]
    expect(tokenizer.eosIds).toEqual([idOf('<|im_end|>'), idOf('<|endoftext|>')])
    expect(tokenizer.bosId).toBeNull()
    const ids = tokenizer.encode('<|im_start|>a<tool_call>b<|im_end|>', {
      addSpecial: false,
      parseSpecial: true,
    })
    expect(tokenizer.decode(ids)).toBe('a<tool_call>b')
    expect(tokenizer.decode([])).toBe('')
    expect(tokenizer.decode([tokenizer.vocabSize, 10_000_000])).toBe('')
  })

  it('joins parts without a trace, except for special tokens outside the trusted ones', () => {
    const tokenizer = open()
    const whole = 'How do I boil\n\n an egg? <tool_call>'
    for (let cut = 0; cut <= whole.length; cut++) {
      const parts = [
        { text: whole.slice(0, cut), parseSpecial: true },
        { text: whole.slice(cut), parseSpecial: false },
      ]
      const expected = tokenizer.encode(whole, { addSpecial: false })
      expect(tokenizer.encodeParts(parts), `cut at ${cut}`).toEqual(expected)
    }
    const [end] = tokenizer.eosIds
    const split = ['<|im_', 'end|>'].map((text) => ({ text, parseSpecial: true }))
    expect(tokenizer.encodeParts(split)).toEqual([end])
    const injected = [split[0], { text: 'end|>', parseSpecial: false }]
    expect(tokenizer.encodeParts(injected)).not.toContain(end)
  })
})

describe('pre-tokenizers by their GGUF names', () => {
  it.each(Object.entries(golden.preTokenizers))('%s cuts as the original does', (name, cases) => {
    const pre: GgufValue = { type: 'string', value: name }
    const tokenizer = openGguf({ ...bpeMetadata(), 'tokenizer.ggml.pre': pre })
    for (const { text, ids } of cases) {
      expect(tokenizer.encode(text, { addSpecial: false }), JSON.stringify(text)).toEqual(ids)
    }
  })

  it('gives llama-bpe its BOS', () => {
    const metadata = {
      ...bpeMetadata(),
      'tokenizer.ggml.pre': { type: 'string', value: 'llama-bpe' },
      'tokenizer.ggml.bos_token_id': bpeMetadata()['tokenizer.ggml.padding_token_id'],
    } as const
    const tokenizer = openGguf(metadata)
    expect(tokenizer.bosId).not.toBeNull()
    expect(tokenizer.encode('a', { addSpecial: true })[0]).toBe(tokenizer.bosId)
  })
})

describe('SentencePiece BPE from GGUF metadata', () => {
  it('encodes and decodes as SentencePiece does', () => {
    const tokenizer = openGguf(pieceMetadata())
    for (const { text, ids, decoded } of golden.pieces) {
      expect(tokenizer.encode(text, { addSpecial: false }), JSON.stringify(text)).toEqual(ids)
      expect(tokenizer.decode(ids), JSON.stringify(text)).toBe(decoded)
    }
  })

  it('puts the BOS first by default, and not when the file says no', () => {
    const tokenizer = openGguf(pieceMetadata())
    const plain = tokenizer.encode('a', { addSpecial: false })
    expect(tokenizer.encode('a', { addSpecial: true })).toEqual([1, ...plain])
    const without = openGguf({
      ...pieceMetadata(),
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
      'tokenizer.ggml.add_eos_token': { type: 'bool', value: true },
    })
    expect(without.encode('a', { addSpecial: true })).toEqual([...plain, 2])
  })

  it('never takes a byte token or a control token from text', () => {
    const tokenizer = openGguf(pieceMetadata())
    expect(tokenizer.decode(tokenizer.encode('<0x41></s>', { addSpecial: false }))).toBe(
      '<0x41></s>',
    )
    expect(tokenizer.encode('</s>', { addSpecial: false })).not.toContain(2)
  })
})

describe('a GGUF tokenizer that we cannot rebuild', () => {
  const without = (key: string) =>
    Object.fromEntries(Object.entries(bpeMetadata()).filter(([name]) => name !== key))
  const withValue = (key: string, value: GgufValue) => ({ ...bpeMetadata(), [key]: value })
  const string = (value: string): GgufValue => ({ type: 'string', value })

  it('is refused when there is none', () => {
    expectFailure(() => openGguf(without('tokenizer.ggml.model')), 'not-found', 'no tokenizer')
  })

  it.each([
    ['tokenizer.ggml.pre', 'tekken-9', 'pre-tokenizer tekken-9'],
    ['tokenizer.ggml.model', 'rwkv', 'tokenizer kind rwkv'],
  ])('is unsupported and named: %s %s', (key, value, part) => {
    expectFailure(() => openGguf(withValue(key, string(value))), 'unsupported', part)
  })

  it('is unsupported when it does not name its pre-tokenizer', () => {
    expectFailure(() => openGguf(without('tokenizer.ggml.pre')), 'unsupported', 'ggml.pre')
  })

  it.each<[string, GgufValue, string]>([
    ['tokenizer.ggml.token_type', { type: 'array', of: 'i32', values: [1, 1] }, 'entries, one'],
    ['tokenizer.ggml.tokens', { type: 'u32', value: 1 }, 'a list of strings'],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: ['ab'] }, 'entry 0'],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: ['zq qz'] }, 'entry 0'],
    ['tokenizer.ggml.eos_token_id', { type: 'u32', value: 99_999 }, '99999'],
  ])('is malformed: %s', (key, value, part) => {
    expectFailure(() => openGguf(withValue(key, value)), 'malformed-file', key, part)
  })

  it('keeps a normal token normal although it is declared as padding', () => {
    const tokenizer = openGguf(
      withValue('tokenizer.ggml.padding_token_id', { type: 'u32', value: 0 }),
    )
    const text = tokenizer.decode([0])
    expect(text).not.toBe('')
    expect(tokenizer.encode(text, { addSpecial: false })).toEqual([0])
  })
})

describe('a directory whose tokenizer is wanting', () => {
  it('says which file is missing or broken', () => {
    const remove = (folder: string) => rmSync(join(folder, 'tokenizer.json'))
    expectFailure(() => openDirectory(remove), 'not-found', 'tokenizer.json')
    const cut = (folder: string) => writeFileSync(join(folder, 'tokenizer.json'), '{"model": {')
    expectFailure(() => openDirectory(cut), 'malformed-file', 'tokenizer.json', 'JSON')
    const empty = (folder: string) => writeFileSync(join(folder, 'tokenizer.json'), '{}')
    expectFailure(() => openDirectory(empty), 'malformed-file', 'tokenizer.json', 'model')
  })

  it.each([
    ['"type": "NFC"', '"type": "Surprise"', 'Surprise'],
    ['"type": "BPE"', '"type": "Quantum"', 'Quantum'],
  ])('names a component that nobody knows: %s', (known, unknown, part) => {
    const change = (folder: string) => {
      const file = join(folder, 'tokenizer.json')
      const text = readFileSync(file, 'utf8')
      expect(text).toContain(known)
      writeFileSync(file, text.replace(known, unknown))
    }
    expectFailure(() => openDirectory(change), 'unsupported', 'tokenizer.json', part)
  })

  it('takes end ids from every place that declares them', () => {
    const change = (folder: string) => {
      const write = (name: string, value: unknown) =>
        writeFileSync(join(folder, name), JSON.stringify(value))
      write('generation_config.json', { eos_token_id: [5, 7] })
      write('config.json', { model_type: 'qwen2', eos_token_id: 9 })
    }
    const { eosIds } = openDirectory(change)
    expect(eosIds.slice(0, 3)).toEqual([5, 7, 9])
  })

  it('reads the template from tokenizer_config.json where there is no file of its own', () => {
    const templates = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: '{{ messages[0].content }}!' },
    ]
    for (const field of [templates, templates[1].template]) {
      const tokenizer = openDirectory((folder) => {
        rmSync(join(folder, 'chat_template.jinja'))
        const config = JSON.stringify({ chat_template: field })
        writeFileSync(join(folder, 'tokenizer_config.json'), config)
      })
      expect(tokenizer.renderChat([{ role: 'user', content: 'Hi' }])).toBe('Hi!')
    }
  })
})

describe('chat templates', () => {
  const withTemplate = (template: string) =>
    openGguf({ ...bpeMetadata(), 'tokenizer.chat_template': { type: 'string', value: template } })
  const hello = [{ role: 'user', content: 'Hi' }] as const

  it('are needed', () => {
    const metadata = Object.fromEntries(
      Object.entries(bpeMetadata()).filter(([key]) => key !== 'tokenizer.chat_template'),
    )
    expect(openGguf(metadata).chatTemplate).toBeNull()
    expectFailure(() => openGguf(metadata).renderChat(hello), 'unsupported', 'no chat template')
  })

  it('may refuse a conversation, and say why', () => {
    const tokenizer = withTemplate("{{ raise_exception('Roles must alternate') }}")
    const render = () => tokenizer.renderChat(hello)
    expectFailure(render, 'invalid-input', 'Roles must alternate', 'user')
  })

  it('are unsupported when they cannot be parsed', () => {
    expectFailure(() => withTemplate('{% if %}').renderChat(hello), 'unsupported', 'chat template')
  })

  it('see special tokens, no tools, and the wish for an answer', () => {
    const template =
      '{{ eos_token }}{% if tools is none %}none{% endif %}{% if add_generation_prompt %}go{% endif %}'
    expect(withTemplate(template).renderChat(hello)).toBe('<|im_end|>nonego')
  })
})
