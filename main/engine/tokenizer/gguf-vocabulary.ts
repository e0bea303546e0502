import { ActbenchError } from '#contract/errors'
import { malformed, unsupportedFile } from '../checkpoint/malformed.ts'
import type { Checkpoint, MetadataValue } from '../checkpoint/types.ts'

/** `tokenizer.ggml.token_type` (`llama_token_type` in llama.h). */
export const tokenType = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const

/** The tokenizer part of a GGUF file's metadata, checked. */
export interface Vocabulary {
  readonly file: string
  readonly metadata: Checkpoint['metadata']
  readonly tokens: readonly string[]
  readonly types: readonly number[]
  readonly ids: ReadonlyMap<string, number>
}

/** `tokenizer.ggml.model`: byte-level BPE, SentencePiece BPE, WordPiece, SentencePiece Unigram. */
const kinds: ReadonlySet<unknown> = new Set(['gpt2', 'llama', 'bert', 't5'])

/** Reads tokens and their types; throws as `tokenizerFromGguf` says. */
export function readVocabulary(checkpoint: Checkpoint): Vocabulary {
  const { metadata } = checkpoint
  const file = checkpoint.files[0]
  const kind = metadata.get('tokenizer.ggml.model')
  if (kind === undefined) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${file} carries no tokenizer (metadata tokenizer.ggml.model is missing)`,
      remedy: 'Use a complete GGUF file of the model, not one of its weights alone.',
    })
  }
  if (!kinds.has(kind)) {
    throw unsupportedFile(file, {
      message: `the tokenizer kind ${String(kind)} is not supported, only ${[...kinds].join(', ')} are`,
      remedy: 'Use the safetensors folder of the same model, with its tokenizer.json.',
    })
  }
  const tokens = readStrings(file, metadata, 'tokenizer.ggml.tokens')
  const types = metadata.has('tokenizer.ggml.token_type')
    ? readNumbers(file, metadata, 'tokenizer.ggml.token_type')
    : tokens.map(() => tokenType.normal)
  requireLength(file, 'tokenizer.ggml.token_type', { expected: tokens.length, found: types.length })
  const ids = new Map(tokens.map((token, id) => [token, id]))
  return { file, metadata, tokens, types, ids }
}

/** A metadata list of strings; `malformed-file` when it is something else. */
export function readStrings(
  file: string,
  metadata: Checkpoint['metadata'],
  key: string,
): readonly string[] {
  const value = metadata.get(key)
  if (isList(value) && value.every((element) => typeof element === 'string')) return value
  throw notAList(file, { key, of: 'strings', value })
}

/** A metadata list of numbers; `malformed-file` when it is something else. */
export function readNumbers(
  file: string,
  metadata: Checkpoint['metadata'],
  key: string,
): readonly number[] {
  const value = metadata.get(key)
  if (isList(value) && value.every((element) => typeof element === 'number')) return value
  throw notAList(file, { key, of: 'numbers', value })
}

function isList(
  value: MetadataValue | undefined,
): value is Extract<MetadataValue, readonly unknown[]> {
  return Array.isArray(value)
}

function notAList(
  file: string,
  list: { readonly key: string; readonly of: string; readonly value: MetadataValue | undefined },
): Error {
  const found = list.value === undefined ? 'nothing' : 'something else'
  return malformed({ file, field: `metadata ${list.key}`, expected: `a list of ${list.of}`, found })
}

/** Refuses a list that has not one entry for each token. */
export function requireLength(
  file: string,
  key: string,
  length: { readonly expected: number; readonly found: number },
): void {
  if (length.expected === length.found) return
  throw malformed({
    file,
    field: `metadata ${key}`,
    expected: `${length.expected} entries, one for each token`,
    found: `${length.found}`,
  })
}
