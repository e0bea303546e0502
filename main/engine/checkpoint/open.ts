import { closeSync, readdirSync, statSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { openForReading, readFully } from './byte-cursor.ts'
import { readGgufParts } from './gguf-split.ts'
import { malformed, unsupportedFile } from './malformed.ts'
import { INDEX_NAME, openSafetensorsDirectory, SINGLE_NAME } from './safetensors-directory.ts'
import type { Checkpoint } from './types.ts'

/**
 * Opens a checkpoint: a GGUF file (any part of a split one), a directory that holds one, a directory of safetensors, or
 * a .safetensors file inside such a directory. Formats are recognised from bytes, not from names. Only headers are read.
 * Throws `not-found`, `malformed-file` or `unsupported`.
 */
export function openCheckpoint(path: string): Checkpoint {
  const absolute = resolve(path)
  return stat(absolute).isDirectory() ? openDirectory(absolute) : openFile(absolute)
}

function stat(path: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `There is no file or folder ${path}`,
      remedy: 'Check the path, or add the model again.',
      cause,
    })
  }
}

function openDirectory(directory: string): Checkpoint {
  const names = readdirSync(directory)
  if (names.includes(INDEX_NAME) || names.includes(SINGLE_NAME)) {
    return openSafetensorsDirectory(directory)
  }
  const ggufs = names.filter((name) => /\.gguf$/iu.test(name) && !laterPart.test(name)).sort()
  if (ggufs.length === 1) return openGguf(join(directory, ggufs[0]))
  throw new ActbenchError({
    code: ggufs.length === 0 ? 'not-found' : 'invalid-input',
    message:
      ggufs.length === 0
        ? `${directory} holds no model: neither ${SINGLE_NAME}, nor ${INDEX_NAME}, nor a .gguf file`
        : `${directory} holds ${ggufs.length} GGUF models: ${ggufs.slice(0, 5).join(', ')}`,
    remedy:
      ggufs.length === 0
        ? 'Choose the folder that holds the weights, or a .gguf file.'
        : 'Choose one of the files instead of the folder.',
  })
}

/** Parts of a split file other than the first do not count as models of their own. */
const laterPart = /-(?!00001)\d{5}-of-\d{5}\.gguf$/u

function openFile(file: string): Checkpoint {
  const start = readStart(file)
  if (start.toString('latin1', 0, 4) === 'GGUF') return openGguf(file)
  // A safetensors file begins with the length of its header, then the header's opening brace.
  if (start.length > 8 && start[8] === '{'.charCodeAt(0)) return openSafetensorsFile(file)
  if (start.toString('latin1', 0, 2) === 'PK' || start[0] === 0x80) {
    throw unsupportedFile(file, {
      message: 'this looks like a PyTorch pickle, which could run code when it is opened',
      remedy: 'Use the safetensors or GGUF files of the same model.',
    })
  }
  throw malformed({
    file,
    field: 'first bytes',
    expected: 'a GGUF or safetensors file',
    found: start.length === 0 ? 'an empty file' : `0x${start.toString('hex', 0, 8)}`,
    remedy: 'Choose a model file, or download it again.',
  })
}

function readStart(file: string): Buffer {
  const descriptor = openForReading(file)
  try {
    return readFully(descriptor, 0, 16)
  } finally {
    closeSync(descriptor)
  }
}

function openSafetensorsFile(file: string): Checkpoint {
  const checkpoint = openSafetensorsDirectory(dirname(file))
  if (checkpoint.files.includes(file)) return checkpoint
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${basename(file)} is not part of the model in ${dirname(file)}: that is ${checkpoint.files
      .map((name) => basename(name))
      .join(', ')}`,
    remedy: `Rename the file to ${SINGLE_NAME} in a folder of its own with its config.json and tokenizer.`,
  })
}

function openGguf(file: string): Checkpoint {
  const { files, metadata, tensors } = readGgufParts(file)
  const architecture = metadata.get('general.architecture')
  if (typeof architecture !== 'string' || architecture === '') {
    throw malformed({
      file: files[0],
      field: 'metadata general.architecture',
      expected: 'the name of an architecture',
      found: architecture === undefined ? 'nothing' : String(architecture),
    })
  }
  return { format: 'gguf', path: files[0], files, tensors, architecture, metadata, config: {} }
}
