/** Which files of a repository make one model: a GGUF file (with its parts), or the safetensors set. */
import { ActbenchError } from '#contract/errors'
import type { HubFile, HubSnapshot } from './hub.ts'

export interface FileChoice {
  /** Null: the safetensors set. Otherwise the GGUF file, the first one of a split. */
  readonly file: string | null
  readonly title: string
  readonly sizeBytes: number | null
  readonly files: readonly HubFile[]
}

/** Beside the weights: what a tokenizer, a chat template and the graph builder may read. */
const companionNames = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
  'spiece.model',
  'chat_template.jinja',
  'chat_template.json',
  'model.safetensors.index.json',
])

/** Label maps of heads for intent and slots, without which the heads mean nothing. */
const labelMap = /^[^/]+\.(intents|slots)$/

function isCompanion({ name }: HubFile): boolean {
  return companionNames.has(name) || labelMap.test(name)
}

/** All choices, safetensors first, then GGUF files by size. */
export function listChoices(snapshot: HubSnapshot): FileChoice[] {
  const set = safetensorsSet(snapshot.files)
  return [...(set === null ? [] : [set]), ...ggufChoices(snapshot.files)]
}

/** The asked file, or the only sensible one. Throws `not-found` or `invalid-input` naming what there is. */
export function chooseFiles(snapshot: HubSnapshot, file: string | null): FileChoice {
  const choices = listChoices(snapshot)
  if (choices.length === 0) {
    throw new ActbenchError({
      code: 'unsupported',
      message: `${snapshot.repo}: expected a GGUF file or config.json with .safetensors weights, found neither`,
      remedy: 'Choose a repository that publishes safetensors or GGUF.',
    })
  }
  if (file !== null) {
    const chosen = choices.find((choice) => choice.file === file)
    if (chosen !== undefined) return chosen
    throw new ActbenchError({
      code: 'not-found',
      message: `${snapshot.repo}: no model file ${JSON.stringify(file)}; there is ${titles(choices)}`,
      remedy: 'Name one of these.',
    })
  }
  const [first] = choices
  if (first !== undefined && (first.file === null || choices.length === 1)) return first
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${snapshot.repo} holds several models: ${titles(choices)}`,
    remedy: 'Name the file to download.',
  })
}

function safetensorsSet(files: readonly HubFile[]): FileChoice | null {
  const hasConfig = files.some(({ name }) => name === 'config.json')
  const weights = weightFiles(files)
  if (!hasConfig || weights.length === 0) return null
  const members = [...files.filter(isCompanion), ...weights]
  const title = weights.length === 1 ? 'safetensors' : `safetensors (${weights.length} files)`
  return { file: null, title, sizeBytes: totalBytes(members), files: members }
}

/** The standard names where they exist: some repositories carry the same weights twice (`consolidated.safetensors`). */
function weightFiles(files: readonly HubFile[]): HubFile[] {
  const atRoot = files.filter(({ name }) => /^[^/]+\.safetensors$/.test(name))
  const single = atRoot.filter(({ name }) => name === 'model.safetensors')
  if (single.length > 0) return single
  const shards = atRoot.filter(({ name }) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(name))
  return shards.length > 0 ? shards : atRoot
}

function ggufChoices(files: readonly HubFile[]): FileChoice[] {
  const ggufs = files.filter(({ name }) => /\.gguf$/i.test(name))
  return ggufs
    .filter(({ name }) => (partOf(name)?.number ?? 1) === 1)
    .map((first) => ggufChoice(first, ggufs))
    .sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))
}

function ggufChoice(first: HubFile, ggufs: readonly HubFile[]): FileChoice {
  const stem = partOf(first.name)?.stem ?? null
  const parts = stem === null ? [first] : ggufs.filter(({ name }) => partOf(name)?.stem === stem)
  const title = parts.length === 1 ? first.name : `${first.name} (${parts.length} files)`
  return { file: first.name, title, sizeBytes: totalBytes(parts), files: parts }
}

/** Split files are named `<stem>-00001-of-00003.gguf` (llama.cpp, gguf-split). */
function partOf(name: string): { readonly stem: string; readonly number: number } | null {
  const match = /^(.*)-(\d{5})-of-\d{5}\.gguf$/i.exec(name)
  const [, stem, number] = match ?? []
  return stem === undefined || number === undefined ? null : { stem, number: Number(number) }
}

function totalBytes(files: readonly HubFile[]): number | null {
  return files.some(({ sizeBytes }) => sizeBytes === null)
    ? null
    : files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
}

function titles(choices: readonly FileChoice[]): string {
  const shown = choices.slice(0, 12).map(({ title }) => title)
  return choices.length > shown.length ? `${shown.join(', ')} ...` : shown.join(', ')
}
