/** Text that is safe to print: what a model or a dataset wrote must not move the cursor, set a title or forge a line. */

// CSI, OSC, DCS, SOS, PM and APC sequences in their 7-bit form (ECMA-48, 5.4 and 5.6), an unfinished one included.
const escapeSequences =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]?)/g

// What is left of C0 and C1 except tab and line feed, and the characters that reorder text (Unicode UAX #9).
const controlCharacters =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Removes escape sequences, control characters and direction overrides; keeps line feeds and tabs. */
export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(controlCharacters, '')
}

/** One line of at most `width` columns, for tables. */
export function plainLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length <= width ? line : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`
}
