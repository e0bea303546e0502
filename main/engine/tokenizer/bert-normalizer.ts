/** BERT's text cleaning, as Hugging Face tokenizers does it (`BertNormalizer`), for characters of every plane. */

export interface BertNormalizerConfig {
  readonly clean_text?: boolean
  readonly handle_chinese_chars?: boolean
  /** null: as `lowercase`. */
  readonly strip_accents?: boolean | null
  readonly lowercase?: boolean
}

/** A function that cleans, spaces out CJK ideographs, strips accents and lowers case, as the configuration asks. */
export function createBertNormalizer(config: BertNormalizerConfig): (text: string) => string {
  const stripsAccents = config.strip_accents ?? config.lowercase ?? false
  return (text) => {
    let out = text
    if (config.clean_text === true) out = cleanText(out)
    if (config.handle_chinese_chars === true) out = out.replace(ideographs, ' $& ')
    if (stripsAccents) out = out.normalize('NFD').replace(/\p{Mn}/gu, '')
    // Character by character: the whole-string form would give a final sigma its own lower case.
    if (config.lowercase === true) out = Array.from(out, (c) => c.toLowerCase()).join('')
    return out
  }
}

/** The blocks that BERT counts as Chinese characters (google-research/bert, `_is_chinese_char`). */
const ideographs =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu

/** Drops NUL, U+FFFD, control, format and private characters; makes every white space a space. */
function cleanText(text: string): string {
  return text
    .replace(/[\t\n\r]/gu, ' ')
    .replace(/[\u0000\uFFFD\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .replace(/\p{White_Space}/gu, ' ')
}
