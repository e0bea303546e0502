/** Small conversions between columns and contract values, shared by the repositories. */
import type { z } from 'zod'
import { ActbenchError } from '#contract/errors'

/** Reads a JSON column. Throws `storage` naming the column when its text is not what the contract says. */
export function readJson<S extends z.ZodType>(schema: S, text: string, column: string): z.infer<S> {
  const parsed = schema.safeParse(parseText(text))
  if (parsed.success) return parsed.data
  throw new ActbenchError({
    code: 'storage',
    message: `${column}: expected stored JSON of its schema, found ${parsed.error.issues[0]?.message ?? 'another shape'}.`,
    remedy: 'The store was written by another version or damaged; restore a backup.',
    details: parsed.error.message,
  })
}

export function readNullableJson<S extends z.ZodType>(
  schema: S,
  text: string | null,
  column: string,
): z.infer<S> | null {
  return text === null ? null : readJson(schema, text, column)
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

/** Token ids as little-endian int32. */
export function packIntegers(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeInt32LE(value, index * 4))
  return bytes
}

export function unpackIntegers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getInt32(index * 4, true))
}

/** Log-probabilities as little-endian float32: 4 decimals survive below 1000 nats. */
export function packLogProbs(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4))
  return bytes
}

export function unpackLogProbs(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from(
    { length: bytes.byteLength / 4 },
    (_, index) => Math.round(view.getFloat32(index * 4, true) * 10_000) / 10_000,
  )
}

export function notFound(kind: string, id: string): ActbenchError {
  return new ActbenchError({
    code: 'not-found',
    message: `There is no ${kind} ${id} in this store.`,
    remedy: 'List what there is; it may have been removed meanwhile.',
  })
}
