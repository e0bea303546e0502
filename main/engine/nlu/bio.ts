/**
 * From one label a word to entities, as the reference implementation of MASSIVE does it (alexa/massive, training_utils.py:
 * convert_to_bio), and the entities as seqeval reads them.
 */

export interface BioRules {
  /** Labels of words in no slot. */
  readonly outside: readonly string[]
  /** Labels that take over what stands to their left: sub-words, special tokens and padding of an encoder. */
  readonly merge: readonly string[]
}

/** Labels of words, by name. */
export const wordRules: BioRules = { outside: ['Other'], merge: [] }

/** What the reference writes at positions of an encoder that begin no word. */
export const mergedPosition = '-100'

/**
 * `B-`, `I-` and `O` tags, as many as `labels`, always legal. Neighbours with the same label become one entity: where one ends
 * and the next begins is lost, in what is right and in what is predicted alike.
 */
export function toBio(labels: readonly string[], { outside, merge }: BioRules): string[] {
  let previous: string | null = null
  return labels.map((label) => {
    if (outside.includes(label)) {
      previous = label
      return 'O'
    }
    const isMerged = merge.includes(label)
    if (!isMerged && label !== previous) {
      previous = label
      return `B-${label}`
    }
    return previous === null || outside.includes(previous) ? 'O' : `I-${previous}`
  })
}

export interface Entity {
  readonly type: string
  /** Places of its first and last tag. */
  readonly first: number
  readonly last: number
}

/** The entities of legal tags, in order. */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const entities: { type: string; first: number; last: number }[] = []
  tags.forEach((tag, at) => {
    if (tag.startsWith('B-')) entities.push({ type: tag.slice(2), first: at, last: at })
    else if (tag.startsWith('I-')) entities[entities.length - 1].last = at
  })
  return entities
}
