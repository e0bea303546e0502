import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { malformed } from './malformed.ts'
import { readGguf, type GgufFile } from './gguf.ts'
import type { TensorRef } from './types.ts'

/** The names that llama.cpp's `gguf-split` writes: `model-00001-of-00003.gguf`. */
const partName = /^(?<stem>.+)-(?<number>\d{5})-of-(?<total>\d{5})\.gguf$/u
export const MAX_PARTS = 1024

/** All files of a GGUF checkpoint, in order: the file itself, or every part of the split one that it belongs to. */
export function ggufParts(file: string): string[] {
  const groups = partName.exec(basename(file))?.groups
  if (groups === undefined) return [file]
  const total = Number(groups.total)
  const number = Number(groups.number)
  if (total < 1 || total > MAX_PARTS || number < 1 || number > total) {
    const expected = `a part number from 1 to at most ${MAX_PARTS}`
    throw malformed({ file, field: 'file name', expected, found: `${number} of ${total}` })
  }
  return Array.from({ length: total }, (_, index) =>
    join(dirname(file), `${groups.stem}-${fiveDigits(index + 1)}-of-${groups.total}.gguf`),
  )
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0')
}

/**
 * Reads a GGUF checkpoint from any of its files. Metadata is that of the first part, tensors are those of all parts.
 * Throws `not-found` for a missing part and `malformed-file` when the parts do not belong together.
 */
export function readGgufParts(file: string): {
  readonly files: readonly string[]
  readonly metadata: GgufFile['metadata']
  readonly tensors: ReadonlyMap<string, TensorRef>
} {
  const files = ggufParts(file)
  for (const part of files) requirePart(part, files.length)
  const parts = files.map(readGguf)
  parts.forEach((part, index) => checkPart(part, { index, total: files.length }))
  const tensors = new Map<string, TensorRef>()
  for (const part of parts) {
    for (const [name, tensor] of part.tensors) {
      if (tensors.has(name)) {
        const field = `tensor ${name}`
        throw malformed({ file: part.file, field, expected: 'one part to hold it', found: 'two' })
      }
      tensors.set(name, tensor)
    }
  }
  checkTensorCount(parts[0], tensors.size)
  return { files, metadata: parts[0].metadata, tensors }
}

function requirePart(part: string, total: number): void {
  if (existsSync(part)) return
  throw new ActbenchError({
    code: 'not-found',
    message:
      total === 1
        ? `There is no file ${part}`
        : `${basename(part)} is missing: the checkpoint has ${total} parts, which must lie in one folder`,
    remedy: total === 1 ? 'Check the path.' : 'Download the missing part into the same folder.',
  })
}

/** `split.no` counts from 0 and `split.count` repeats the total of the file name. */
function checkPart(
  part: GgufFile,
  place: { readonly index: number; readonly total: number },
): void {
  const number = part.metadata.get('split.no')
  const total = part.metadata.get('split.count')
  const isWhole = number === undefined && total === undefined && place.total === 1
  if (isWhole || (number === place.index && total === place.total)) return
  throw malformed({
    file: part.file,
    field: 'metadata split.no and split.count',
    expected: `${place.index} and ${place.total}, as the file name says`,
    found: `${String(number)} and ${String(total)}`,
    remedy: 'Give the parts their original names, or download them again.',
  })
}

function checkTensorCount(first: GgufFile, found: number): void {
  const expected = first.metadata.get('split.tensors.count')
  if (expected === undefined || expected === found) return
  throw malformed({
    file: first.file,
    field: 'metadata split.tensors.count',
    expected: `${String(expected)} tensors in all parts together`,
    found: `${found}`,
  })
}
