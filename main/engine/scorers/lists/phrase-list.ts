/** A named, versioned list of refusal phrases: data, so that every figure can say which list made it. */
export interface PhraseList {
  /** Stored with every score; stable for ever. */
  readonly id: string
  /** How a figure from this list is labelled. */
  readonly title: string
  readonly summary: string
  readonly source: string
  /** How it did against people, in a sentence; measured by scorers.test.ts. */
  readonly accuracy: string
  readonly isCaseSensitive: boolean
  readonly phrases: readonly string[]
}
