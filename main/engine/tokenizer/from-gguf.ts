import { malformed, unsupportedFile } from '../checkpoint/malformed.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import { framing } from './gguf-framing.ts'
import { preTokenizerRecipes, type PreTokenizerRecipe } from './gguf-pre-tokenizers.ts'
import { unigramJson } from './gguf-unigram.ts'
import {
  readNumbers,
  readStrings,
  readVocabulary,
  requireLength,
  tokenType,
  type Vocabulary,
} from './gguf-vocabulary.ts'
import { wordPieceJson } from './gguf-word-pieces.ts'
import { regenerateMerges, type Merge } from './sentencepiece-merges.ts'
import {
  endOfTurnTexts,
  addedToken,
  type AddedTokenJson,
  type TokenizerJson,
  type TokenizerSource,
} from './source.ts'

/**
 * Rebuilds a tokenizer from GGUF metadata: byte-level BPE (`gpt2`), SentencePiece BPE (`llama`, Gemma too), WordPiece (`bert`) and
 * SentencePiece Unigram (`t5`, XLM-R too).
 * Throws `not-found` when the file carries no tokenizer, `unsupported` for other kinds and for pre-tokenizers that we do
 * not know, `malformed-file` when lists do not fit together. There is no default: a wrong guess would go unnoticed.
 */
export function tokenizerFromGguf(checkpoint: Checkpoint): TokenizerSource {
  const vocabulary = readVocabulary(checkpoint)
  const kind = vocabulary.metadata.get('tokenizer.ggml.model')
  const specials = readSpecials(vocabulary)
  const addedTokens = collectAddedTokens(vocabulary, specials)
  const json = rebuild[kind === 'gpt2' || kind === 'bert' || kind === 't5' ? kind : 'llama'](
    vocabulary,
    addedTokens,
  )
  const chatTemplate = vocabulary.metadata.get('tokenizer.chat_template')
  return {
    file: vocabulary.file,
    json,
    bosId: specials.get('bos_token') ?? null,
    eosIds: collectEndIds(vocabulary, specials),
    chatTemplate: typeof chatTemplate === 'string' ? chatTemplate : null,
    specialTokens: Object.fromEntries(
      [...specials].map(([name, id]) => [name, vocabulary.tokens[id]]),
    ),
    cleansUpSpaces: false,
  }
}

const rebuild = {
  gpt2: byteLevelJson,
  llama: pieceJson,
  bert: wordPieceJson,
  t5: unigramJson,
} as const

const specialKeys: ReadonlyMap<string, string> = new Map([
  ['bos_token', 'tokenizer.ggml.bos_token_id'],
  ['eos_token', 'tokenizer.ggml.eos_token_id'],
  ['eot_token', 'tokenizer.ggml.eot_token_id'],
  ['eom_token', 'tokenizer.ggml.eom_token_id'],
  ['unk_token', 'tokenizer.ggml.unknown_token_id'],
  ['sep_token', 'tokenizer.ggml.seperator_token_id'],
  ['pad_token', 'tokenizer.ggml.padding_token_id'],
  ['cls_token', 'tokenizer.ggml.cls_token_id'],
  ['mask_token', 'tokenizer.ggml.mask_token_id'],
])

/** Ids of the special tokens that the file declares, by the names that templates use. */
function readSpecials(vocabulary: Vocabulary): Map<string, number> {
  const specials = new Map<string, number>()
  for (const [name, key] of specialKeys) {
    const id = vocabulary.metadata.get(key)
    if (id === undefined) continue
    if (typeof id !== 'number' || id < 0 || id >= vocabulary.tokens.length) {
      const expected = `a token id below ${vocabulary.tokens.length}`
      const field = `metadata ${key}`
      throw malformed({ file: vocabulary.file, field, expected, found: String(id) })
    }
    specials.set(name, id)
  }
  return specials
}

/**
 * Tokens that are cut out of text before anything else: control tokens, which are special, and user-defined ones, which
 * are only special where the file declares one as an end or a padding. A normal token stays normal whatever is declared:
 * some files pad with "!".
 */
function collectAddedTokens(
  { tokens, types }: Vocabulary,
  specials: ReadonlyMap<string, number>,
): AddedTokenJson[] {
  const declared = new Set(specials.values())
  const added: AddedTokenJson[] = []
  types.forEach((type, id) => {
    const isControl = type === tokenType.control || type === tokenType.unknown
    if ((!isControl && type !== tokenType.userDefined) || tokens[id] === '') return
    const isSpecial = isControl || declared.has(id)
    added.push(addedToken({ id, content: tokens[id], special: isSpecial }))
  })
  return added
}

function collectEndIds(
  { tokens, types }: Vocabulary,
  specials: ReadonlyMap<string, number>,
): number[] {
  const ends = new Set<number>()
  for (const name of ['eos_token', 'eot_token', 'eom_token']) {
    const id = specials.get(name)
    if (id !== undefined) ends.add(id)
  }
  types.forEach((type, id) => {
    if (type === tokenType.control && endOfTurnTexts.has(tokens[id])) ends.add(id)
  })
  return [...ends]
}

/** Byte-level BPE: the family of GPT-2. Control tokens stay out of the model, which must not produce them from text. */
function byteLevelJson(
  vocabulary: Vocabulary,
  addedTokens: readonly AddedTokenJson[],
): TokenizerJson {
  const recipe = findRecipe(vocabulary)
  const specialIds = new Set(addedTokens.filter(({ special }) => special).map(({ id }) => id))
  const vocab = Object.fromEntries(
    vocabulary.tokens.flatMap((token, id) => (specialIds.has(id) ? [] : [[token, id]])),
  ) as Readonly<Record<string, number>>
  return {
    normalizer: recipe.isNormalized ? { type: 'NFC' } : null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...recipe.patterns.map((pattern) => ({
          type: 'Split',
          pattern: { Regex: pattern },
          behavior: 'Isolated',
          invert: false,
        })),
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: framing(vocabulary, { addsBos: recipe.addsBos, addsEos: false }),
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: recipe.ignoresMerges,
      vocab,
      merges: readMerges(vocabulary),
    },
    added_tokens: addedTokens,
  }
}

function findRecipe({ file, metadata }: Vocabulary): PreTokenizerRecipe {
  const name = metadata.get('tokenizer.ggml.pre')
  const recipe = preTokenizerRecipes.get(String(name))
  if (recipe !== undefined) return recipe
  throw unsupportedFile(file, {
    message:
      name === undefined
        ? 'the file does not name its pre-tokenizer (metadata tokenizer.ggml.pre)'
        : `the pre-tokenizer ${String(name)} is not supported, only ${[...preTokenizerRecipes.keys()].join(', ')} are`,
    remedy: 'Use the safetensors folder of the same model, with its tokenizer.json.',
  })
}

function readMerges({ file, metadata, ids }: Vocabulary): Merge[] {
  const lines = readStrings(file, metadata, 'tokenizer.ggml.merges')
  return lines.map((line, index) => {
    const space = line.indexOf(' ', 1)
    const left = line.slice(0, space)
    const right = line.slice(space + 1)
    if (space < 0 || !ids.has(left + right)) {
      const expected = 'two parts that make a token'
      const field = `metadata tokenizer.ggml.merges, entry ${index}`
      throw malformed({ file, field, expected, found: JSON.stringify(line) })
    }
    return [left, right]
  })
}

/** SentencePiece BPE: the family of Llama 2 and Gemma. Spaces are U+2581; bytes that no piece covers are `<0x..>`. */
function pieceJson(vocabulary: Vocabulary, addedTokens: readonly AddedTokenJson[]): TokenizerJson {
  const { tokens, types, ids, file, metadata } = vocabulary
  const scores = readNumbers(file, metadata, 'tokenizer.ggml.scores')
  const lengths = { expected: tokens.length, found: scores.length }
  requireLength(file, 'tokenizer.ggml.scores', lengths)
  const mergeable = tokens.flatMap((text, id) =>
    types[id] === tokenType.normal || types[id] === tokenType.userDefined
      ? [{ text, score: scores[id] }]
      : [],
  )
  const addsPrefix = metadata.get('tokenizer.ggml.add_space_prefix') !== false
  const unknown = types.indexOf(tokenType.unknown)
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' }
  const restored = { type: 'Replace', pattern: { String: '\u2581' }, content: ' ' }
  return {
    normalizer: addsPrefix
      ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '\u2581' }, spaces] }
      : spaces,
    pre_tokenizer: null,
    post_processor: framing(vocabulary, { addsBos: true, addsEos: false }),
    decoder: {
      type: 'Sequence',
      decoders: [
        restored,
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(addsPrefix ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: 'BPE',
      unk_token: unknown < 0 ? null : tokens[unknown],
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: Object.fromEntries(ids),
      merges: regenerateMerges(mergeable, ids),
    },
    // Runs of spaces are stored as spaces but found in normalised text, where a U+2581 of the user's is the same.
    added_tokens: addedTokens.map((token) =>
      !addsPrefix && token.content.includes(' ') ? { ...token, normalized: true } : token,
    ),
  }
}
