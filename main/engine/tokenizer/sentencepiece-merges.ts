/** One pair that byte-pair encoding may join, best first in a list. */
export type Merge = readonly [left: string, right: string]

interface RankedMerge {
  readonly left: string
  readonly right: string
  readonly score: number
  readonly leftLength: number
  readonly rightLength: number
}

/**
 * The merges of a SentencePiece BPE vocabulary, which stores scores instead: every way to cut a piece into two pieces,
 * by falling score of the whole. Ties go to the longer left part, then to the longer right part, then to the smaller
 * ids, as Hugging Face's converter (`generate_merges` in transformers) orders them.
 * `pieces` are the pieces that merging may produce; `ids` holds all pieces that it may start from.
 */
export function regenerateMerges(
  pieces: Iterable<{ readonly text: string; readonly score: number }>,
  ids: ReadonlyMap<string, number>,
): Merge[] {
  const merges: RankedMerge[] = []
  for (const { text, score } of pieces) merges.push(...cuts(text, score, ids))
  merges.sort(
    (a, b) => b.score - a.score || b.leftLength - a.leftLength || b.rightLength - a.rightLength,
  )
  return merges.map(({ left, right }) => [left, right])
}

function cuts(text: string, score: number, ids: ReadonlyMap<string, number>): RankedMerge[] {
  const characters = Array.from(text)
  const found: (RankedMerge & { readonly leftId: number; readonly rightId: number })[] = []
  let at = 0
  for (let count = 1; count < characters.length; count++) {
    at += characters[count - 1].length
    const left = text.slice(0, at)
    const leftId = ids.get(left)
    if (leftId === undefined) continue
    const right = text.slice(at)
    const rightId = ids.get(right)
    if (rightId === undefined) continue
    const rightLength = characters.length - count
    found.push({ left, right, score, leftLength: count, rightLength, leftId, rightId })
  }
  return found.sort((a, b) => a.leftId - b.leftId || a.rightId - b.rightId)
}
