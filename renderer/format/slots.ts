/** Slots of an utterance as stretches of words, and which of a model's are the right ones. */

/** The word that stands for "in no slot". */
export const outside = 'Other'

/** Neighbouring words with one label; `last` is included. */
export interface Stretch {
  readonly label: string
  readonly first: number
  readonly last: number
}

/** Labels cut or filled with `Other` to the number of words: a model may give more or fewer. */
export function alignLabels(labels: readonly string[], words: number): string[] {
  return Array.from({ length: words }, (_, at) => labels[at] ?? outside)
}

/** All words, in order, those outside of slots too. Neighbours with the same label are one slot, as they are counted. */
export function stretchesOf(labels: readonly string[]): Stretch[] {
  const stretches: { label: string; first: number; last: number }[] = []
  labels.forEach((label, at) => {
    const open = stretches.at(-1)
    if (open?.label === label) open.last = at
    else stretches.push({ label, first: at, last: at })
  })
  return stretches
}

export function isSlot({ label }: Stretch): boolean {
  return label !== outside
}

/** Type, first and last word are the same as of a slot in the other list. */
export function isAmong(stretch: Stretch, others: readonly Stretch[]): boolean {
  return others.some(
    ({ label, first, last }) =>
      label === stretch.label && first === stretch.first && last === stretch.last,
  )
}

/** Languages whose words are single characters here, so that no space belongs between them. */
const characterLocales: readonly string[] = ['ja-JP', 'zh-CN', 'zh-TW']

export function joinerOf(locale: string): string {
  return characterLocales.includes(locale) ? '' : ' '
}
