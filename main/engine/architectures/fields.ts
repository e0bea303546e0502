/** Reading typed fields of a checkpoint's configuration, with errors that name file, field, expected and found. */
import { ActbenchError } from '#contract/errors'
import type { Checkpoint } from '../checkpoint/types.ts'

/** Where a field is found: GGUF keys after the architecture's prefix, or the keys of config.json. */
export interface FieldName {
  readonly gguf: string
  readonly config: string
}

type Field = { readonly name: string; readonly value: unknown }

function lookUp(checkpoint: Checkpoint, field: FieldName): Field {
  if (checkpoint.format === 'safetensors') {
    return { name: `config.json: ${field.config}`, value: checkpoint.config[field.config] }
  }
  const name = `${checkpoint.architecture}.${field.gguf}`
  return { name, value: checkpoint.metadata.get(name) }
}

/** A positive number. Throws `malformed-file` when it is absent and there is no fallback, or of another type. */
export function numberField(checkpoint: Checkpoint, field: FieldName, fallback?: number): number {
  const { name, value } = lookUp(checkpoint, field)
  if ((value === undefined || value === null) && fallback !== undefined) return fallback
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number) && number > 0) return number
  throw new ActbenchError({
    code: 'malformed-file',
    message: `${checkpoint.path}: expected a positive number at ${name}, found ${describe(value)}.`,
    remedy:
      'Download the model again; if it is complete, its configuration is not one we can read.',
  })
}

/** A number that is a whole one. */
export function countField(checkpoint: Checkpoint, field: FieldName, fallback?: number): number {
  const value = numberField(checkpoint, field, fallback)
  if (Number.isInteger(value)) return value
  throw new ActbenchError({
    code: 'malformed-file',
    message: `${checkpoint.path}: expected a whole number at ${lookUp(checkpoint, field).name}, found ${value}.`,
    remedy: 'Download the model again.',
  })
}

/** A string, or null when absent. */
export function textField(checkpoint: Checkpoint, field: FieldName): string | null {
  const { value } = lookUp(checkpoint, field)
  return typeof value === 'string' ? value : null
}

/** Throws `unsupported` naming what this model wants and what we have. */
export function unsupported(
  checkpoint: Checkpoint,
  what: string,
  supported: string,
): ActbenchError {
  return new ActbenchError({
    code: 'unsupported',
    message: `${checkpoint.path}: ${what} is not supported; supported: ${supported}.`,
    remedy: 'Choose another model, or another file of the same model.',
  })
}

/** A value of unknown type for a message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
