/**
 * SentencePiece's compiled normalisation rules (`precompiled_charsmap`), as XLM-R and T5 vocabularies carry them: a
 * Darts double-array trie of UTF-8 byte strings, then the NUL-terminated replacements that its leaves point into.
 * Source: sentencepiece `normalizer.cc` (the format), Hugging Face tokenizers `spm_precompiled` (the walk by grapheme).
 */

/** Graphemes longer than this many UTF-8 bytes are looked up character by character, as the original does. */
const LONGEST_GRAPHEME_BYTES = 6

/** A function that applies the rules of a base64 charsmap to text. */
export function readCharsmap(base64: string): (text: string) => string {
  const raw = Buffer.from(base64, 'base64')
  const trieBytes = raw.length < 4 ? 0 : raw.readUInt32LE(0)
  const units = new Uint32Array(Math.min(trieBytes, Math.max(0, raw.length - 4)) >> 2)
  for (let i = 0; i < units.length; i++) units[i] = raw.readUInt32LE(4 + 4 * i)
  const replacements = raw.subarray(4 + trieBytes)
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const replace = (key: string): string | null => lookUp(units, replacements, key)
  const isPlain = createIsPlain(replace)
  return (text) => {
    if (isPlain(text)) return text
    let out = ''
    for (const { segment } of segmenter.segment(text)) {
      const whole = Buffer.byteLength(segment) < LONGEST_GRAPHEME_BYTES ? replace(segment) : null
      if (whole !== null) {
        out += whole
        continue
      }
      for (const character of segment) out += replace(character) ?? character
    }
    return out
  }
}

/** Tells ASCII that no rule touches, most of what Latin scripts write: cutting into graphemes is slow. */
function createIsPlain(replace: (key: string) => string | null): (text: string) => boolean {
  const isUntouched = Array.from(
    { length: 0x80 },
    // CR and LF together are one grapheme, which a rule may name.
    (_, code) => code !== 0x0d && replace(String.fromCharCode(code)) === null,
  )
  return (text) => {
    for (let i = 0; i < text.length; i++) {
      if (isUntouched[text.charCodeAt(i)] !== true) return false
    }
    return true
  }
}

/** Replacement for the shortest prefix of `key` that has one; null without any. */
function lookUp(units: Uint32Array, replacements: Buffer, key: string): string | null {
  if (units.length === 0) return null
  let node = childOffset(units[0])
  for (const byte of Buffer.from(key, 'utf8')) {
    if (byte === 0) return null
    node ^= byte
    const unit = units[node]
    // Bit 31 marks a value, the low byte is the label that led here.
    if (unit === undefined || (unit & 0x800000ff) !== byte) return null
    node ^= childOffset(unit)
    if ((unit & 0x100) !== 0) return textAt(replacements, units[node] & 0x7fffffff)
  }
  return null
}

function childOffset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

function textAt(replacements: Buffer, start: number): string {
  const end = replacements.indexOf(0, start)
  return replacements.toString('utf8', start, end < 0 ? replacements.length : end)
}
