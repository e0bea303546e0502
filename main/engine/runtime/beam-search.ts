/**
 * Beam search over one text, step by step and without a model: which beams live on, which answers are finished, and when no living one
 * can overtake them. The same rules and float32 sums as transformers 5 (`_beam_search`, early_stopping false).
 */

export interface BeamSettings {
  readonly beams: number
  readonly maxNewTokens: number
  readonly stopIds: ReadonlySet<number>
  /** Finished answers are compared by their log-probability over their length to this power. */
  readonly lengthPenalty: number
}

export interface Hypothesis {
  readonly tokens: readonly number[]
  /** One for each token. */
  readonly logProbs: readonly number[]
  /** Their sum, in float32. */
  readonly sum: number
}

export interface Answer {
  /** Without the stop token. */
  readonly tokens: readonly number[]
  readonly logProbs: readonly number[]
  /** Sum of log-probabilities, the stop token's among them, over the length to the power of the penalty. */
  readonly score: number
  readonly finishReason: 'stop' | 'length'
}

export interface BeamState {
  /** Best first; one at the beginning, `beams` from the first step on. */
  readonly running: readonly Hypothesis[]
  /** For each of `running` the index of the beam that it continues. */
  readonly parents: readonly number[]
  /** Best first, `beams` at most. */
  readonly finished: readonly Answer[]
  readonly isDone: boolean
}

/** The most likely next tokens of one beam, at least as many as `tokensKept` asks for. */
export interface NextTokens {
  readonly tokens: readonly number[]
  readonly logProbs: readonly number[]
}

const fround = Math.fround

export function startBeams(): BeamState {
  const empty = { tokens: [], logProbs: [], sum: 0 }
  return { running: [empty], parents: [0], finished: [], isDone: false }
}

/** Tokens of each beam that a step has to look at: enough to go on with if every beam ended in every way that it could. */
export function tokensKept({ beams, stopIds }: Pick<BeamSettings, 'beams' | 'stopIds'>): number {
  return Math.max(2, 1 + stopIds.size) * beams
}

/** One step further. `next` by beam, in the order of `state.running`. */
export function advanceBeams(
  state: BeamState,
  next: readonly NextTokens[],
  settings: BeamSettings,
): BeamState {
  const { beams, maxNewTokens, stopIds, lengthPenalty } = settings
  const candidates = rank(state, next, tokensKept(settings))
  const length = candidates[0].tokens.length
  const isOver = (candidate: Candidate) =>
    length === maxNewTokens || stopIds.has(candidate.tokens[length - 1])
  const divisor = length ** lengthPenalty
  const ended = candidates
    .slice(0, beams)
    .filter(isOver)
    .map((candidate) => toAnswer(candidate, stopIds, divisor))
  const finished = [...state.finished, ...ended]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, beams)
  const going = candidates.filter((candidate) => !isOver(candidate)).slice(0, beams)
  const hope = going.length === 0 ? -Infinity : fround(going[0].sum / divisor)
  const worst = finished.length === beams ? finished[beams - 1].score : -1e9
  return {
    running: going,
    parents: going.map(({ parent }) => parent),
    finished,
    isDone: !(hope > worst),
  }
}

interface Candidate extends Hypothesis {
  readonly parent: number
}

/** The likeliest of all beams with one more token. */
function rank(
  { running }: BeamState,
  next: readonly NextTokens[],
  count: number,
): readonly Candidate[] {
  const all = running.flatMap((beam, parent) =>
    next[parent].tokens.map((token, at) => {
      const logProb = next[parent].logProbs[at]
      return { beam, parent, token, logProb, sum: fround(beam.sum + logProb) }
    }),
  )
  return all
    .toSorted((a, b) => b.sum - a.sum)
    .slice(0, count)
    .map(({ beam, parent, token, logProb, sum }) => ({
      parent,
      sum,
      tokens: [...beam.tokens, token],
      logProbs: [...beam.logProbs, logProb],
    }))
}

function toAnswer(
  { tokens, logProbs, sum }: Candidate,
  stopIds: ReadonlySet<number>,
  divisor: number,
): Answer {
  const score = fround(sum / divisor)
  const hasStopped = stopIds.has(tokens[tokens.length - 1])
  return hasStopped
    ? { tokens: tokens.slice(0, -1), logProbs: logProbs.slice(0, -1), score, finishReason: 'stop' }
    : { tokens, logProbs, score, finishReason: 'length' }
}
