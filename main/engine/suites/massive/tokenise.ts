/**
 * Words of an utterance and the slot of each, out of `wake me up at [time : five am]`, as the reference implementation cuts
 * them (alexa/massive, scripts/create_hf_dataset.py).
 */
import { splitWords } from '../../nlu/index.ts'
import { characterLocales, outsideLabel } from './inventory.ts'

/**
 * `compat`: with the quirks that are in all published scores of the character locales. `fixed`: a bracket always closes its
 * slot, and none yields an empty word.
 */
export type TokenisationMode = 'compat' | 'fixed'

export interface LabelledWords {
  readonly words: string[]
  /** Slot of each word, `Other` outside. */
  readonly labels: string[]
}

/** Words and labels may differ in number where the two texts do not belong together: the caller refuses those. */
export function tokenise(
  row: { readonly locale: string; readonly utt: string; readonly annotUtt: string },
  mode: TokenisationMode,
): LabelledWords {
  return characterLocales.includes(row.locale)
    ? tokeniseCharacters(row.annotUtt, mode)
    : tokeniseWords(row.utt, row.annotUtt)
}

function tokeniseWords(utt: string, annotUtt: string): LabelledWords {
  const labels: string[] = []
  let label = outsideLabel
  const chunks = splitWords(annotUtt)
  for (let at = 0; at < chunks.length; at++) {
    const chunk = chunks[at]
    if (chunk.startsWith('[')) {
      label = openedSlot(chunk)
      // The colon behind the name.
      at++
      continue
    }
    labels.push(label)
    if (chunk.endsWith(']')) label = outsideLabel
  }
  return { words: splitWords(utt), labels }
}

/** One word per code point, but runs of ASCII between spaces stay whole: numbers, and names in Latin letters. */
function tokeniseCharacters(annotUtt: string, mode: TokenisationMode): LabelledWords {
  const words: string[] = []
  const labels: string[] = []
  let label = outsideLabel
  let expectsColon = false
  for (const chunk of splitWords(annotUtt)) {
    if (chunk.startsWith('[')) {
      label = openedSlot(chunk)
      expectsColon = true
    } else if (chunk === ':' && expectsColon) {
      expectsColon = false
    } else if (isAscii(chunk)) {
      const word = chunk.replace(/\]+$/u, '')
      // The reference keeps the empty word of a bracket that stands alone, and leaves the slot open.
      if (mode === 'compat' || word !== '') {
        words.push(word)
        labels.push(label)
      }
      if (mode === 'fixed' && chunk.endsWith(']')) label = outsideLabel
    } else {
      for (const character of chunk) {
        if (character === ']') label = outsideLabel
        else {
          words.push(character)
          labels.push(label)
        }
      }
    }
  }
  return { words, labels }
}

function openedSlot(chunk: string): string {
  return chunk.replace(/^\[+/u, '')
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}
