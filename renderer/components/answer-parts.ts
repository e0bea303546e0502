/** The difference of two answers by words, in any script. */
import { diffArrays } from 'diff'

export interface AnswerPart {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

export interface AnswerDifference {
  readonly parts: readonly AnswerPart[]
  /** Index of the first part that is not the same; null when the texts are equal. */
  readonly firstDivergence: number | null
}

/** Beyond this many changed words the two texts have nothing left to align. */
const mostEdits = 1200

/** Parts of `answer` against `baseline`: removed text is the baseline's, added text the answer's. */
export function diffAnswers(baseline: string, answer: string): AnswerDifference {
  if (baseline === answer) return { parts: asPart('same', answer), firstDivergence: null }
  const changes = diffArrays(words(baseline), words(answer), { maxEditLength: mostEdits })
  const parts =
    changes === undefined
      ? fromCommonStart(baseline, answer)
      : changes.map<AnswerPart>(({ added, removed, value }) => ({
          kind: added ? 'added' : removed ? 'removed' : 'same',
          text: value.join(''),
        }))
  const first = parts.findIndex((part) => part.kind !== 'same')
  return { parts, firstDivergence: first === -1 ? null : first }
}

function fromCommonStart(baseline: string, answer: string): AnswerPart[] {
  const a = words(baseline)
  const b = words(answer)
  let shared = 0
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1
  return [
    ...asPart('same', a.slice(0, shared).join('')),
    ...asPart('removed', a.slice(shared).join('')),
    ...asPart('added', b.slice(shared).join('')),
  ]
}

function asPart(kind: AnswerPart['kind'], text: string): AnswerPart[] {
  return text === '' ? [] : [{ kind, text }]
}

/** Words, spaces and punctuation; the segmenter also knows scripts that put no spaces between words. */
export function words(text: string): string[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
