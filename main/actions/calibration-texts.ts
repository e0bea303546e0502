/**
 * Texts of a person's own that interventions are fitted on. What a configuration names is read once and kept in the profile under its
 * sha256, so that a configuration means the same text for ever, whatever happens to the file.
 */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { ActbenchError } from '#contract/errors'
import type { Services } from './services.ts'

/** Only the beginning is fitted on, some ten kilobytes: a larger file is not what was meant. */
const limitBytes = 16 * 2 ** 20

/**
 * The sha256 under which the text is kept, from that or from the absolute path of a file, which is then kept. Throws `not-found` and
 * `invalid-input` naming the path.
 */
export function keepCalibrationText({ paths }: Pick<Services, 'paths'>, written: string): string {
  const folder = paths.calibrationTexts
  if (/^[0-9a-f]{64}$/u.test(written)) {
    if (existsSync(join(folder, `${written}.txt`))) return written
    throw new ActbenchError({
      code: 'not-found',
      message: `calibrationText: there is no text with sha256 ${written.slice(0, 12)} in this profile`,
      remedy: 'Write the path of the file in its place.',
    })
  }
  const bytes = readTextFile(written)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const kept = join(folder, `${hash}.txt`)
  if (!existsSync(kept)) {
    mkdirSync(folder, { recursive: true })
    // Whole or not at all, also where two processes keep the same text.
    const partial = `${kept}.${process.pid}`
    writeFileSync(partial, bytes)
    renameSync(partial, kept)
  }
  return hash
}

function readTextFile(path: string): Uint8Array {
  if (!isAbsolute(path)) {
    throw refusal(path, 'an absolute path, or the sha256 of a kept text', 'a relative path')
  }
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() !== true) {
    throw new ActbenchError({
      code: 'not-found',
      message: `calibrationText ${path}: expected a text file, found nothing that can be read`,
      remedy: 'Correct the path.',
    })
  }
  if (stat.size > limitBytes) {
    throw refusal(path, `at most ${limitBytes / 2 ** 20} MiB`, `${stat.size} bytes`)
  }
  const bytes = readFileSync(path)
  if (!isUtf8(bytes)) throw refusal(path, 'UTF-8 text', 'bytes of another encoding')
  if (bytes.toString('utf8').trim() === '') throw refusal(path, 'text', 'nothing but blanks')
  return bytes
}

function refusal(path: string, expected: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `calibrationText ${path}: expected ${expected}, found ${found}`,
    remedy: 'Name a plain text file such as those that language models are trained on.',
  })
}
