/** Cuts text at tokens that were added to a vocabulary whole: `<|im_end|>`, `<tool_call>`, runs of newlines. */

export interface AddedToken {
  readonly id: number
  /** Its text in the vocabulary; what stands in the text may be a normalised form of it. */
  readonly content: string
  readonly isSpecial: boolean
  /** Take whitespace on its left (right) with it. */
  readonly stripsLeft: boolean
  readonly stripsRight: boolean
  /** Only between characters that are not part of a word. */
  readonly isSingleWord: boolean
}

export interface Section {
  readonly text: string
  /** Where it starts in the text that was cut, before any stripping. */
  readonly start: number
  /** null: ordinary text. */
  readonly token: AddedToken | null
}

/** Which of the tokens found may be taken, by place: `[start, end)` in UTF-16 units. */
export type Accept = (token: AddedToken, start: number, end: number) => boolean

interface TrieNode {
  readonly next: Map<string, TrieNode>
  token: AddedToken | null
}

export type Splitter = (text: string, accept: Accept) => Section[]

/**
 * A function that cuts text at the leftmost, longest acceptable tokens, as the Hugging Face library does.
 * `written` gives each token with the text by which it is recognised.
 */
export function createSplitter(
  written: readonly { readonly text: string; readonly token: AddedToken }[],
): Splitter {
  const root: TrieNode = { next: new Map(), token: null }
  for (const { text, token } of written) insert(root, text, token)
  return (text, accept) => {
    const sections: Section[] = []
    let start = 0
    for (let at = 0; at < text.length;) {
      const found = longestMatch(root, { text, at, accept })
      if (found === null) {
        at++
        continue
      }
      if (at > start) sections.push({ text: text.slice(start, at), start, token: null })
      sections.push({ text: text.slice(at, found.end), start: at, token: found.token })
      at = found.end
      start = at
    }
    if (start < text.length) sections.push({ text: text.slice(start), start, token: null })
    return stripNeighbours(sections)
  }
}

function insert(root: TrieNode, text: string, token: AddedToken): void {
  let node = root
  for (let i = 0; i < text.length; i++) {
    let next = node.next.get(text[i])
    if (next === undefined) {
      next = { next: new Map(), token: null }
      node.next.set(text[i], next)
    }
    node = next
  }
  if (node !== root) node.token = token
}

function longestMatch(
  root: TrieNode,
  place: { readonly text: string; readonly at: number; readonly accept: Accept },
): { readonly token: AddedToken; readonly end: number } | null {
  const { text, at, accept } = place
  let best: { token: AddedToken; end: number } | null = null
  let node: TrieNode | undefined = root
  for (let end = at; end < text.length; end++) {
    node = node.next.get(text[end])
    if (node === undefined) break
    const { token } = node
    if (token === null || !accept(token, at, end + 1)) continue
    if (token.isSingleWord && touchesWord(text, at, end + 1)) continue
    best = { token, end: end + 1 }
  }
  return best
}

const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u

function touchesWord(text: string, start: number, end: number): boolean {
  return wordAtEnd.test(text.slice(0, start)) || wordAtStart.test(text.slice(end))
}

function stripNeighbours(sections: readonly Section[]): Section[] {
  return sections
    .map((section, i) => {
      if (section.token !== null) return section
      let { text } = section
      if (sections[i + 1]?.token?.stripsLeft) text = text.replace(/\p{White_Space}+$/u, '')
      if (sections[i - 1]?.token?.stripsRight) text = text.replace(/^\p{White_Space}+/u, '')
      return { ...section, text }
    })
    .filter(({ text }) => text.length > 0)
}
