/** Words and labels as people write them: `wake me up at [time : five am]`, neighbours with one label in one bracket. */

const outside = 'Other'

/** Labels beyond the words are left out, and words beyond the labels stand outside of all slots. */
export function annotate(words: readonly string[], labels: readonly string[]): string {
  const parts: string[] = []
  let open: string | null = null
  for (const [at, word] of words.entries()) {
    const label = labels[at] ?? outside
    const slot = label === outside ? null : label
    if (slot !== open && open !== null) parts.push(`${parts.pop() ?? ''}]`)
    parts.push(slot !== null && slot !== open ? `[${slot} : ${word}` : word)
    open = slot
  }
  if (open !== null) parts.push(`${parts.pop() ?? ''}]`)
  return parts.join(' ')
}
