import { readFileSync } from 'node:fs'
import { ActbenchError } from '#contract/errors'

/** Throws `not-found` naming the path. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: the text cannot be read.`,
      cause,
    })
  }
}
