/**
 * What separates words: Unicode whitespace as Python splits at it, which is how the reference implementation of MASSIVE cuts utterances
 * and outputs. U+200B, which Thai, Khmer and Burmese rows have inside their words, is none; nor is U+FEFF, which `\s` would add,
 * while U+001C to U+001F and U+0085, which `\s` lacks, are.
 */
const whitespace =
  /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u

/** Pieces between whitespace, none of them empty. */
export function splitWords(text: string): string[] {
  return text.split(whitespace).filter((piece) => piece !== '')
}
