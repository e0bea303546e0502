import { basename } from 'node:path'
import { ActbenchError } from '#contract/errors'

export interface Defect {
  /** Absolute path of the file at fault. */
  readonly file: string
  /** The part of the file at fault: a header field, a metadata key, a tensor. */
  readonly field: string
  readonly expected: string
  readonly found: string
  readonly remedy?: string
  readonly cause?: unknown
}

const DOWNLOAD_AGAIN = 'The file is damaged or incomplete: download it again.'

/** A `malformed-file` error that says where the file breaks its format, and what was there instead. */
export function malformed(defect: Defect): ActbenchError {
  return new ActbenchError({
    code: 'malformed-file',
    message: `${basename(defect.file)}: ${defect.field}: expected ${defect.expected}, found ${defect.found}`,
    remedy: defect.remedy ?? DOWNLOAD_AGAIN,
    details: defect.file,
    ...(defect.cause === undefined ? {} : { cause: defect.cause }),
  })
}

/** An `unsupported` error about a sound file that we do not read. */
export function unsupportedFile(
  file: string,
  problem: { readonly message: string; readonly remedy: string },
): ActbenchError {
  return new ActbenchError({
    code: 'unsupported',
    message: `${basename(file)}: ${problem.message}`,
    remedy: problem.remedy,
    details: file,
  })
}
