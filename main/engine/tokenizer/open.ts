import { ActbenchError } from '#contract/errors'
import type { Checkpoint } from '../checkpoint/types.ts'
import { createSplitter, type Accept, type AddedToken, type Splitter } from './added-tokens.ts'
import { createChatRenderer } from './chat-template.ts'
import { tokenizerFromDirectory } from './from-directory.ts'
import { tokenizerFromGguf } from './from-gguf.ts'
import { buildPipeline, type Pipeline } from './library.ts'
import type { AddedTokenJson, TokenizerSource } from './source.ts'
import type { TextPart, Tokenizer } from './types.ts'

/**
 * The tokenizer that a checkpoint carries: tokenizer.json and its companions in a safetensors directory, metadata in a
 * GGUF file. There is no default: throws `not-found` without one, `unsupported` for a kind we do not read and
 * `malformed-file` for one that contradicts itself.
 */
export function openTokenizer(checkpoint: Checkpoint): Tokenizer {
  const source =
    checkpoint.format === 'gguf'
      ? tokenizerFromGguf(checkpoint)
      : tokenizerFromDirectory(checkpoint)
  return createTokenizer(source)
}

/** A tokenizer from its parts, wherever they came from. */
export function createTokenizer(source: TokenizerSource): Tokenizer {
  const pipeline = buildPipeline(source)
  const tokenize = createTokenize(pipeline, source.json.added_tokens)
  const specialIds = new Set(
    source.json.added_tokens.filter(({ special }) => special).map(({ id }) => id),
  )
  const idsOf = (tokens: readonly string[]): number[] =>
    tokens.map((token) => requireId(pipeline, token))
  return {
    vocabSize: pipeline.vocabSize,
    bosId: source.bosId,
    eosIds: source.eosIds,
    chatTemplate: source.chatTemplate,
    encode: (text, { addSpecial, parseSpecial = false }) => {
      const tokens = tokenize([{ text, parseSpecial }])
      return idsOf(addSpecial ? pipeline.frame(tokens) : tokens)
    },
    encodeParts: (parts) => idsOf(tokenize(parts)),
    encodeWords: createEncodeWords({ pipeline, tokenize, idsOf }),
    decode: (ids, { keepSpecial = false } = {}) => {
      // Ids beyond the vocabulary exist: embedding tables are padded, and a broken model may choose one.
      const kept = ids.filter((id) => pipeline.hasId(id) && (keepSpecial || !specialIds.has(id)))
      return kept.length === 0 ? '' : pipeline.decode(kept)
    },
    renderChat: createChatRenderer(source),
  }
}

function requireId(pipeline: Pipeline, token: string): number {
  const id = pipeline.idOf(token)
  if (id !== undefined) return id
  throw new ActbenchError({
    code: 'internal',
    message: `The tokenizer produced ${JSON.stringify(token)}, which its vocabulary does not hold`,
  })
}

type Tokenize = (parts: readonly TextPart[]) => string[]

/**
 * Text to token strings in the order of Hugging Face tokenizers: cut at added tokens as written, normalise, cut at added
 * tokens that are matched in normalised text, then pre-tokenise and apply the model to what lies between.
 */
function createTokenize(pipeline: Pipeline, addedTokens: readonly AddedTokenJson[]): Tokenize {
  const { cutWritten, cutNormalized } = createSplitters(pipeline, addedTokens)
  const tokenizeText = (text: string, index: number, isTrusted: boolean): string[] => {
    const normalized = pipeline.normalize === null ? text : pipeline.normalize(text)
    const sections = cutNormalized(normalized, (token) => isTrusted || !token.isSpecial)
    return sections.flatMap((section) =>
      section.token === null ? pipeline.tokenize(section.text, index) : [section.token.content],
    )
  }
  return (parts) => {
    const text = parts.map((part) => part.text).join('')
    const isTrusted = trustedRanges(parts)
    const accept: Accept = (token, start, end) => !token.isSpecial || isTrusted(start, end)
    return cutWritten(text, accept).flatMap((section, index) => {
      if (section.token !== null) return [section.token.content]
      const { start } = section
      return tokenizeText(section.text, index, isTrusted(start, start + section.text.length))
    })
  }
}

function createSplitters(
  pipeline: Pipeline,
  addedTokens: readonly AddedTokenJson[],
): { readonly cutWritten: Splitter; readonly cutNormalized: Splitter } {
  const { normalize } = pipeline
  const written: { text: string; token: AddedToken }[] = []
  const normalized: { text: string; token: AddedToken }[] = []
  for (const json of addedTokens) {
    const token: AddedToken = {
      id: json.id,
      content: json.content,
      isSpecial: json.special,
      stripsLeft: json.lstrip,
      stripsRight: json.rstrip,
      isSingleWord: json.single_word,
    }
    if (json.normalized && normalize !== null) {
      normalized.push({ text: normalize(json.content), token })
    } else {
      written.push({ text: json.content, token })
    }
  }
  return { cutWritten: createSplitter(written), cutNormalized: createSplitter(normalized) }
}

const frameMarker = '\uE000'

function createEncodeWords(parts: {
  readonly pipeline: Pipeline
  readonly tokenize: Tokenize
  readonly idsOf: (tokens: readonly string[]) => number[]
}): Tokenizer['encodeWords'] {
  const { pipeline, tokenize, idsOf } = parts
  const emptyFrame = pipeline.frame([frameMarker])
  const before = emptyFrame.indexOf(frameMarker)
  const tokenizeWord = remember((text) => tokenize([{ text, parseSpecial: false }]))
  return (words, { maxTokens = Infinity } = {}) => {
    const tokens: string[] = []
    const starts = words.map((word) => {
      const start = tokens.length
      for (const token of tokenizeWord(word)) tokens.push(token)
      return tokens.length > start ? start : null
    })
    const kept = Math.max(0, Math.min(tokens.length, maxTokens - (emptyFrame.length - 1)))
    return {
      ids: idsOf(pipeline.frame(tokens.slice(0, kept))),
      wordStarts: starts.map((start) => (start !== null && start < kept ? before + start : null)),
    }
  }
}

const MAX_REMEMBERED_WORDS = 50_000

/** Words are few and come again and again: what one gave is kept, until there are too many. */
function remember(tokenizeWord: (word: string) => readonly string[]): typeof tokenizeWord {
  const known = new Map<string, readonly string[]>()
  return (word) => {
    let tokens = known.get(word)
    if (tokens === undefined) {
      if (known.size >= MAX_REMEMBERED_WORDS) known.clear()
      tokens = tokenizeWord(word)
      known.set(word, tokens)
    }
    return tokens
  }
}

/** Tells whether `[start, end)` of the joined text lies inside one stretch of parts that may hold special tokens. */
function trustedRanges(parts: readonly TextPart[]): (start: number, end: number) => boolean {
  const ranges: { start: number; end: number }[] = []
  let at = 0
  for (const { text, parseSpecial } of parts) {
    const last = ranges.at(-1)
    if (parseSpecial && last?.end === at) last.end += text.length
    else if (parseSpecial) ranges.push({ start: at, end: at + text.length })
    at += text.length
  }
  return (start, end) => ranges.some((range) => range.start <= start && end <= range.end)
}
