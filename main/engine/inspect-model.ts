/** What can be said of a checkpoint from its headers alone: shown before it is registered, stored when it is. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isActbenchError } from '#contract/errors'
import type { ModelInspection, ModelTask } from '#contract/models'
import { findArchitecture } from './architectures/index.ts'
import type { ModelConfig } from './architectures/types.ts'
import { openCheckpoint } from './checkpoint/open.ts'
import type { Checkpoint } from './checkpoint/types.ts'
import { openTokenizer } from './tokenizer/open.ts'

/**
 * Opens the headers and the tokenizer at `path`; no weights are read. What stops the model from running here is listed in
 * `unsupported`, not thrown. Throws `not-found` and `malformed-file` when there is nothing to inspect.
 */
export function inspectModel(path: string): ModelInspection {
  const checkpoint = openCheckpoint(path)
  const unsupported: string[] = []
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      if (!isActbenchError(error)) throw error
      unsupported.push([error.message, error.remedy ?? ''].join(' ').trim())
      return null
    }
  }
  const built = attempt(() => describeModel(checkpoint))
  const tokenizer = attempt(() => openTokenizer(checkpoint))
  const hasChatTemplate = tokenizer !== null && tokenizer.chatTemplate !== null
  return {
    name: modelName(checkpoint),
    path,
    format: checkpoint.format,
    architecture: checkpoint.architecture,
    quantisation: quantisationName(checkpoint),
    licence: licence(checkpoint),
    hasChatTemplate,
    unsupported,
    notices: [
      ...(built?.notices ?? []),
      ...(built?.task === 'language-model' && tokenizer !== null && !hasChatTemplate
        ? [
            'No chat template: a base model. Prompts are put to it as plain text, and it was not tuned to refuse.',
          ]
        : []),
    ],
    ...(built === null ? {} : { task: built.task }),
    ...sizes(checkpoint),
    ...dimensions(built?.config ?? null, tokenizer?.vocabSize ?? null),
  }
}

interface ModelDescription {
  readonly task: ModelTask
  readonly config: ModelConfig
  readonly notices: readonly string[]
}

/** Throws as the architecture's `readConfig` does. */
function describeModel(checkpoint: Checkpoint): ModelDescription {
  const architecture = findArchitecture(checkpoint)
  if (architecture.kind !== 'encoder') {
    const task = architecture.kind === 'decoder' ? 'language-model' : 'text-to-text'
    return { task, config: architecture.readConfig(checkpoint), notices: [] }
  }
  const config = architecture.readConfig(checkpoint)
  const { joint } = config
  if (joint === null) {
    const notice = 'An encoder without heads: no suite can score it.'
    return { task: 'encoder', config, notices: [notice] }
  }
  const { intents, slots, layer } = joint
  const notice = `Tells ${intents.length} intents and ${slots.length} labels of words, from the states of block ${layer}.`
  return { task: 'nlu', config, notices: [notice] }
}

function sizes(checkpoint: Checkpoint) {
  const byEncoding = new Map<string, { encoding: string; tensors: number; sizeBytes: number }>()
  let parameters = 0
  for (const { encoding, shape, byteLength } of checkpoint.tensors.values()) {
    const entry = byEncoding.get(encoding) ?? { encoding, tensors: 0, sizeBytes: 0 }
    entry.tensors += 1
    entry.sizeBytes += byteLength
    byEncoding.set(encoding, entry)
    parameters += shape.reduce((product, size) => product * size, 1)
  }
  return {
    parameters,
    encodings: [...byEncoding.values()].sort((a, b) => b.sizeBytes - a.sizeBytes),
    sizeBytes: checkpoint.files.reduce((sum, file) => sum + statSync(file).size, 0),
  }
}

function dimensions(config: ModelConfig | null, vocab: number | null) {
  return {
    contextLength: config?.contextLength ?? null,
    layers: config?.nLayers ?? null,
    dModel: config?.dModel ?? null,
    nHeads: config?.nHeads ?? null,
    nKvHeads: config?.nKvHeads ?? null,
    dMlp: config?.dMlp ?? null,
    vocab: config?.vocab ?? vocab,
  }
}

function modelName(checkpoint: Checkpoint): string {
  const named = checkpoint.metadata.get('general.name')
  if (checkpoint.format === 'gguf' && typeof named !== 'string') {
    return basename(checkpoint.path).replace(/\.gguf$/i, '')
  }
  return typeof named === 'string' && named.trim() !== '' ? named.trim() : basename(checkpoint.path)
}

/** `general.file_type` of GGUF (llama.cpp, enum llama_ftype), as far as we read the encodings behind it. */
const ggufFileTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  12: 'Q3_K_M',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  32: 'BF16',
}

function quantisationName(checkpoint: Checkpoint): string {
  const fileType = checkpoint.metadata.get('general.file_type')
  const known = ggufFileTypes[Number(fileType ?? -1)]
  return known ?? sizes(checkpoint).encodings[0]?.encoding ?? 'none'
}

/** GGUF's own field, or the `license:` line at the head of a model card beside the weights. */
function licence(checkpoint: Checkpoint): string | null {
  const field = checkpoint.metadata.get('general.license')
  if (typeof field === 'string') return field
  if (checkpoint.format === 'gguf') return null
  for (const name of ['README.md', 'MODEL_CARD.md']) {
    const card = join(checkpoint.path, name)
    if (!existsSync(card)) continue
    const head = readFileSync(card, 'utf8').slice(0, 4000)
    const line = /^license:\s*['"]?([^\s'"]+)/im.exec(head)
    if (line !== null) return line[1]
  }
  return null
}
