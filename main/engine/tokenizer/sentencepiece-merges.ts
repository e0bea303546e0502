/** One pair that byte-pair encoding may join, best first in a list. */
export type Merge = readonly [left: string, right: string]

interface Cut {
  readonly merge: Merge
  /** In characters. */
  readonly leftLength: number
  readonly rightLength: number
  readonly leftId: number
  readonly rightId: number
}

/**
 * The merges of a SentencePiece BPE vocabulary, which stores scores instead: every way to cut a piece into two pieces,
 * by falling score of the whole. Ties go to the longer left part, then to the longer right part, then to the smaller
 * ids, as Hugging Face's converter (`generate_merges` in transformers) orders them.
 * `pieces` are the pieces that merging may produce; `ids` holds all pieces that it may start from.
 */
export function regenerateMerges(
  pieces: readonly { readonly text: string; readonly score: number }[],
  ids: ReadonlyMap<string, number>,
): Merge[] {
  const merges: Merge[] = []
  let tied: Cut[] = []
  let score = Number.NaN
  const flush = (): void => {
    if (tied.length > 1) tied.sort(byRank)
    for (const { merge } of tied) merges.push(merge)
    tied = []
  }
  // Scores rarely tie between pieces, so sorting the pieces leaves only short lists of cuts to sort.
  for (const piece of [...pieces].sort((a, b) => b.score - a.score)) {
    if (piece.score !== score) flush()
    score = piece.score
    collectCuts(piece.text, ids, tied)
  }
  flush()
  return merges
}

function byRank(a: Cut, b: Cut): number {
  return (
    b.leftLength - a.leftLength ||
    b.rightLength - a.rightLength ||
    a.leftId - b.leftId ||
    a.rightId - b.rightId
  )
}

function collectCuts(text: string, ids: ReadonlyMap<string, number>, cuts: Cut[]): void {
  const length = countCharacters(text)
  let at = 0
  for (let leftLength = 1; leftLength < length; leftLength++) {
    at += isPairAt(text, at) ? 2 : 1
    const left = text.slice(0, at)
    const leftId = ids.get(left)
    if (leftId === undefined) continue
    const right = text.slice(at)
    const rightId = ids.get(right)
    if (rightId === undefined) continue
    const rightLength = length - leftLength
    cuts.push({ merge: [left, right], leftLength, rightLength, leftId, rightId })
  }
}

function countCharacters(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += isPairAt(text, at) ? 2 : 1) count++
  return count
}

/** Whether a surrogate pair, one character in two units, begins here. */
function isPairAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit < 0xdc00
}
