import { ActbenchError } from '#contract/errors'

/**
 * Segmentation by a unigram language model (Kudo 2018, Subword Regularization, section 3.2: the Viterbi path), with the choices
 * of Hugging Face tokenizers: an unknown character costs 10 nats more than the rarest piece, the first of equal paths wins
 * (that with the longest last piece), and a run of unknown characters is one token.
 */

export interface UnigramModel {
  /** Text and log-probability (nats) of each piece, by id. */
  readonly pieces: readonly (readonly [string, number])[]
  /** The token of what no piece covers; null: such text cannot be encoded. */
  readonly unknownToken: string | null
  /** What no piece covers becomes its UTF-8 bytes, `<0xE7>` and so on, where the pieces have them all. */
  readonly fallsBackToBytes: boolean
  /** Ids that text never gives: control tokens. */
  readonly hiddenIds: ReadonlySet<number>
}

const UNKNOWN_PENALTY_NATS = 10
const UNKNOWN = -1

/** A function from a stretch of text to its pieces; throws `unsupported` for unknown text that the model has no token for. */
export function createUnigram(model: UnigramModel): (text: string) => string[] {
  const { pieces } = model
  const index = sortPieces(model)
  const rarest = pieces.reduce((least, [, score]) => Math.min(least, score), Infinity)
  const unknown = { id: UNKNOWN, score: rarest - UNKNOWN_PENALTY_NATS }
  const nameUnknown = createNameUnknown(model)
  return (text) => {
    const path = createPath(text.length)
    for (let start = 0; start < text.length;) {
      const next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1)
      let hasSingle = false
      index.findPrefixes(text, start, (end, id) => {
        path.offer(start, end, { id, score: pieces[id][1] })
        if (end === next) hasSingle = true
      })
      if (!hasSingle) path.offer(start, next, unknown)
      start = next
    }
    return path
      .trace()
      .flatMap(({ id, start, end }) =>
        id === UNKNOWN ? nameUnknown(text.slice(start, end)) : [pieces[id][0]],
      )
  }
}

interface Step {
  readonly id: number
  readonly start: number
  readonly end: number
}

interface Path {
  /** Takes a piece for the way to `end` unless a way at least as good is known. */
  offer(start: number, end: number, piece: { readonly id: number; readonly score: number }): void
  /** The pieces of the best way, unknown neighbours joined. */
  trace(): Step[]
}

function createPath(length: number): Path {
  const bestScore = new Float64Array(length + 1).fill(-Infinity)
  const bestStart = new Int32Array(length + 1)
  const bestId = new Int32Array(length + 1)
  bestScore[0] = 0
  return {
    offer: (start, end, piece) => {
      const score = bestScore[start] + piece.score
      if (score <= bestScore[end]) return
      bestScore[end] = score
      bestStart[end] = start
      bestId[end] = piece.id
    },
    trace: () => {
      const steps: Step[] = []
      for (let end = length; end > 0; end = bestStart[end]) {
        const step = { id: bestId[end], start: bestStart[end], end }
        const later = steps.at(-1)
        if (step.id === UNKNOWN && later?.id === UNKNOWN) {
          steps[steps.length - 1] = { ...step, end: later.end }
        } else {
          steps.push(step)
        }
      }
      return steps.reverse()
    },
  }
}

function createNameUnknown(model: UnigramModel): (text: string) => string[] {
  const { unknownToken, fallsBackToBytes } = model
  const texts = new Set(fallsBackToBytes ? model.pieces.map(([text]) => text) : [])
  return (text) => {
    if (fallsBackToBytes) {
      const bytes = Array.from(Buffer.from(text), (byte) => `<0x${hex(byte)}>`)
      if (bytes.every((token) => texts.has(token))) return bytes
    }
    if (unknownToken !== null) return [unknownToken]
    throw new ActbenchError({
      code: 'unsupported',
      message: `The vocabulary has no token for ${JSON.stringify(text)}, nor one for unknown text.`,
      remedy: 'Use a tokenizer.json that names its unknown token (model.unk_id).',
    })
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

interface PieceIndex {
  /** Calls `found` for every piece that `text` has at `start`, short ones first. */
  findPrefixes(text: string, start: number, found: (end: number, id: number) => void): void
}

/** Pieces in order of their UTF-16 units: those with a common beginning stand together, which needs no tree. */
function sortPieces({ pieces, hiddenIds }: UnigramModel): PieceIndex {
  // Of equal texts the last one counts.
  const idOf = new Map<string, number>()
  pieces.forEach(([text], id) => {
    if (!hiddenIds.has(id) && text !== '') idOf.set(text, id)
  })
  const texts = [...idOf.keys()].sort()
  const ids = Int32Array.from(texts, (text) => idOf.get(text) ?? 0)
  const ranges = new Map<number, readonly [number, number]>()
  for (let low = 0; low < texts.length;) {
    const unit = texts[low].charCodeAt(0)
    const high = firstNotBelow(texts, { low, high: texts.length, depth: 0, unit: unit + 1 })
    ranges.set(unit, [low, high])
    low = high
  }
  return {
    findPrefixes: (text, start, found) => {
      let [low, high] = ranges.get(text.charCodeAt(start)) ?? [0, 0]
      for (let depth = 0; low < high;) {
        depth++
        // The shortest of a range is the common beginning itself, if it is a piece.
        if (texts[low].length === depth) found(start + depth, ids[low++])
        if (start + depth >= text.length) return
        const unit = text.charCodeAt(start + depth)
        low = firstNotBelow(texts, { low, high, depth, unit })
        high = firstNotBelow(texts, { low, high, depth, unit: unit + 1 })
      }
    },
  }
}

interface Range {
  readonly low: number
  readonly high: number
  readonly depth: number
  readonly unit: number
}

/** The first place in `[low, high)` whose text has at least `unit` at `depth`; all are longer than `depth`. */
function firstNotBelow(texts: readonly string[], { low, high, depth, unit }: Range): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >>> 1
    if (texts[middle].charCodeAt(depth) < unit) from = middle + 1
    else to = middle
  }
  return from
}
