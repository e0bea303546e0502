/** The output of a text-to-text model in the form of the published MASSIVE models: a label for each word, then the intent. */

import { splitWords } from './words.ts'

export interface DecodedOutput {
  /** Empty where the output is. The reference implementation fails there; here it is wrong. */
  readonly intent: string
  readonly labels: string[]
}

/** White space of any length parts the words. */
export function decodeOutput(text: string): DecodedOutput {
  const words = splitWords(text)
  return { intent: words.at(-1) ?? '', labels: words.slice(0, -1) }
}
