/** The only file that knows @huggingface/tokenizers: builds its parts and mends where they differ from the original. */
import {
  BertNormalizer,
  BertPreTokenizer,
  ByteFallbackDecoder,
  ByteLevelPreTokenizer,
  DigitsPreTokenizer,
  PrecompiledNormalizer,
  SequenceDecoder,
  SequenceNormalizer,
  SequencePreTokenizer,
  Tokenizer as LibraryTokenizer,
  WhitespacePreTokenizer,
  WhitespaceSplitPreTokenizer,
} from '@huggingface/tokenizers'
import { z } from 'zod'
import { malformed, unsupportedFile } from '../checkpoint/malformed.ts'
import { createBertNormalizer } from './bert-normalizer.ts'
import { readCharsmap } from './precompiled-charsmap.ts'
import type { TokenizerSource } from './source.ts'
import { createUnigram } from './unigram.ts'

/** The steps of a tokenizer, each a plain function. */
export interface Pipeline {
  readonly normalize: ((text: string) => string) | null
  /** `sectionIndex` tells the first stretch of ordinary text from later ones. */
  readonly tokenize: (text: string, sectionIndex: number) => string[]
  /** Adds what belongs around a text: a BOS, say. */
  readonly frame: (tokens: string[]) => string[]
  readonly idOf: (token: string) => number | undefined
  readonly hasId: (id: number) => boolean
  readonly decode: (ids: number[]) => string
  readonly vocabSize: number
}

/** Builds the steps of a tokenizer; throws `unsupported`, naming the component that the library does not know. */
export function buildPipeline(source: TokenizerSource): Pipeline {
  const library = construct(source)
  mend(library)
  const { model, normalizer, pre_tokenizer: preTokenizer, post_processor: postProcessor } = library
  if (model === null) throw refusal(source, 'it has no model')
  const unigram = unigramOf(source)
  return {
    normalize: normalizer === null ? null : (text) => normalizer.normalize(text),
    tokenize: (text, sectionIndex) => {
      const pieces =
        preTokenizer === null
          ? [text]
          : preTokenizer.pre_tokenize(text, { section_index: sectionIndex })
      return unigram === null ? model._call(pieces) : pieces.flatMap(unigram)
    },
    frame: (tokens) =>
      postProcessor === null ? tokens : postProcessor.post_process(tokens, null, true).tokens,
    idOf: (token) => model.tokens_to_ids.get(token) ?? model.unk_token_id,
    hasId: (id) => model.vocab[id] !== undefined,
    decode: (ids) => library.decode(ids, { clean_up_tokenization_spaces: source.cleansUpSpaces }),
    vocabSize: model.vocab.length,
  }
}

const unigramSchema = z.object({
  vocab: z.array(z.tuple([z.string(), z.number()])),
  unk_id: z.number().int().nullish(),
  byte_fallback: z.boolean().nullish(),
})

/**
 * The library finds control tokens in text and joins unknown characters across words; ours does neither, and is faster. Null for
 * another kind of model.
 */
function unigramOf({ file, json }: TokenizerSource): ((text: string) => string[]) | null {
  if (json.model.type !== 'Unigram') return null
  const parsed = unigramSchema.safeParse(json.model)
  if (!parsed.success) {
    const expected = 'a unigram vocabulary: [text, log-probability] for each id'
    throw malformed({ file, field: 'model', expected, found: z.prettifyError(parsed.error) })
  }
  const { vocab, unk_id: unknownId, byte_fallback: fallsBackToBytes } = parsed.data
  return createUnigram({
    pieces: vocab,
    unknownToken: vocab[unknownId ?? -1]?.[0] ?? null,
    fallsBackToBytes: fallsBackToBytes ?? false,
    hiddenIds: new Set(json.added_tokens.filter(({ special }) => special).map(({ id }) => id)),
  })
}

const modelTypes: ReadonlySet<unknown> = new Set(['BPE', 'WordPiece', 'Unigram', undefined])

function construct(source: TokenizerSource): LibraryTokenizer {
  if (!modelTypes.has(source.json.model.type)) {
    throw refusal(source, `the model type ${String(source.json.model.type)} is not known`)
  }
  try {
    return new LibraryTokenizer(source.json, { eos_token: source.specialTokens.eos_token })
  } catch (cause) {
    throw refusal(source, cause instanceof Error ? cause.message : String(cause))
  }
}

function refusal(source: TokenizerSource, reason: string): Error {
  return unsupportedFile(source.file, {
    message: `the tokenizer cannot be built: ${reason}`,
    remedy: 'Use a model whose tokenizer.json was written by a current version of transformers.',
  })
}

/** GPT-2's expression with Unicode's white space: JavaScript's \s also takes U+FEFF and misses U+0085. */
const gpt2Pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu

const nonSpaces = /\P{White_Space}+/gu
/** Unicode's words (UTS 18, annex C), and runs of what is neither a word nor a space. */
const wordsAndSigns =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu
const bertWords = /[^\p{White_Space}\p{P}!-/:-@[-`{-~]+|[\p{P}!-/:-@[-`{-~]/gu

/** The library is exact on what its authors tested; these are the differences that we found. */
function mend(library: LibraryTokenizer): void {
  mendNormalizer(library.normalizer)
  mendPreTokenizer(library.pre_tokenizer)
  mendDecoder(library.decoder)
}

function mendNormalizer(normalizer: LibraryTokenizer['normalizer']): void {
  if (normalizer instanceof SequenceNormalizer) normalizer.normalizers.forEach(mendNormalizer)
  // The library looks at UTF-16 units, so it overlooks ideographs beyond U+FFFF, and lowers case before stripping accents.
  if (normalizer instanceof BertNormalizer) {
    normalizer.normalize = createBertNormalizer(normalizer.config)
  }
  // The library approximates every charsmap by NFKC and a few deletions.
  if (normalizer instanceof PrecompiledNormalizer && typeof normalizer.charsmap === 'string') {
    normalizer.normalize = readCharsmap(normalizer.charsmap)
  }
}

function mendPreTokenizer(preTokenizer: LibraryTokenizer['pre_tokenizer']): void {
  if (preTokenizer instanceof SequencePreTokenizer) {
    preTokenizer.tokenizers.forEach(mendPreTokenizer)
  }
  if (preTokenizer instanceof ByteLevelPreTokenizer) preTokenizer.pattern = gpt2Pattern
  if (preTokenizer instanceof BertPreTokenizer) preTokenizer.pattern = bertWords
  if (preTokenizer instanceof WhitespaceSplitPreTokenizer) {
    preTokenizer.pre_tokenize_text = (text) => text.match(nonSpaces) ?? []
  }
  if (preTokenizer instanceof WhitespacePreTokenizer) {
    preTokenizer.pre_tokenize_text = (text) => text.match(wordsAndSigns) ?? []
  }
  if (preTokenizer instanceof DigitsPreTokenizer) {
    // The original asks Unicode which characters are numeric; JavaScript's \d knows only 0 to 9.
    preTokenizer.pattern =
      preTokenizer.config.individual_digits === true ? /[^\p{N}]+|\p{N}/gu : /[^\p{N}]+|\p{N}+/gu
  }
}

function mendDecoder(decoder: LibraryTokenizer['decoder']): void {
  if (decoder instanceof SequenceDecoder) decoder.decoders.forEach(mendDecoder)
  if (decoder instanceof ByteFallbackDecoder) decoder.decode_chain = decodeByteFallback
}

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/u
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Runs of `<0x..>` tokens as UTF-8; a run that is not valid gives one U+FFFD a byte, as the original does. */
function decodeByteFallback(tokens: string[]): string[] {
  const decoded: string[] = []
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length > 0) decoded.push(...decodeBytes(bytes))
    bytes = []
  }
  for (const token of tokens) {
    const hex = byteToken.exec(token)?.[1]
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16))
      continue
    }
    flush()
    decoded.push(token)
  }
  flush()
  return decoded
}

function decodeBytes(bytes: readonly number[]): string[] {
  try {
    return [strictUtf8.decode(Uint8Array.from(bytes))]
  } catch {
    return bytes.map(() => '\uFFFD')
  }
}
