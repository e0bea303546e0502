/**
 * Label maps of heads. The authors' preparation script numbers labels in arbitrary order, so a head without its map cannot be used:
 * no order is ever assumed. GGUF: the string arrays `nlu.intents` and `nlu.slots`. Safetensors: {"0": "alarm_set", ...} in a file
 * whose name ends in `.intents` or `.slots` beside the weights, as scripts/create_hf_dataset.py of alexa/massive writes it.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { readJsonFile } from '../checkpoint/safetensors-directory.ts'
import type { Checkpoint, TensorRef } from '../checkpoint/types.ts'
import { describe } from './fields.ts'

interface HeadOutputs {
  readonly head: 'intent' | 'slot'
  /** Weight of the head's last product: as many rows as labels. */
  readonly outputs: TensorRef
}

interface FoundLabels {
  /** File and field, for messages. */
  readonly where: string
  readonly names: readonly string[]
}

/** Word for what is outside of all slots, in the data and in scores. */
export const outsideLabel = 'Other'

/**
 * Names in the order of the head's outputs. Throws `malformed-file` naming file and field when there is no map, or not one name for
 * each output, or two equal ones, or, for slots, none for what is outside of all slots.
 */
export function readLabels(checkpoint: Checkpoint, { head, outputs }: HeadOutputs): string[] {
  const { where, names } =
    checkpoint.format === 'gguf'
      ? metadataLabels(checkpoint, head, outputs)
      : fileLabels(checkpoint, head, outputs)
  const [count] = outputs.shape
  if (names.length !== count) {
    throw malformed(where, `${count} names, one for each row of ${outputs.name}`, `${names.length}`)
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw malformed(where, 'different names', `${describe(twice)} twice`)
  if (head === 'slot' && !names.includes(outsideLabel)) {
    const expected = `the label ${outsideLabel} for words outside of all slots`
    throw malformed(where, expected, `${names.slice(0, 3).join(', ')}, ...`)
  }
  return [...names]
}

function metadataLabels(
  { path, metadata }: Checkpoint,
  head: HeadOutputs['head'],
  { name }: TensorRef,
): FoundLabels {
  const key = head === 'intent' ? 'nlu.intents' : 'nlu.slots'
  const where = `${path}: metadata ${key}`
  const value = metadata.get(key)
  if (value === undefined) throw malformed(where, `the names of the outputs of ${name}`, 'nothing')
  const names = z.array(z.string()).safeParse(value)
  if (names.success) return { where, names: names.data }
  throw malformed(where, 'an array of strings', 'something else')
}

const indexMapSchema = z.record(z.string().regex(/^\d+$/u), z.string())

function fileLabels(
  { path }: Checkpoint,
  head: HeadOutputs['head'],
  { name }: TensorRef,
): FoundLabels {
  const ending = head === 'intent' ? '.intents' : '.slots'
  const files = readdirSync(path).filter((file) => file.endsWith(ending))
  if (files.length !== 1) {
    const expected = `one file *${ending} with the names of the outputs of ${name} as {"0": "..."}`
    throw malformed(path, expected, files.join(', ') || 'none')
  }
  const where = join(path, files[0])
  const entries = Object.entries(readJsonFile(where, indexMapSchema))
  const names = new Map(entries.map(([index, label]) => [Number(index), label]))
  const ordered = Array.from({ length: entries.length }, (_, index) => {
    const label = names.get(index)
    if (label === undefined) throw malformed(where, `a name for output ${index}`, 'none')
    return label
  })
  return { where, names: ordered }
}

function malformed(where: string, expected: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'malformed-file',
    message: `${where}: expected ${expected}, found ${found}.`,
    remedy:
      'Put the label maps of the training beside the model: without them its outputs have no meaning.',
  })
}
