/**
 * What an annotated utterance may be, as tokens: `wake me up at [time : five am]`, the words of the utterance in their order, some runs
 * of them in brackets behind the name of a slot. Whatever is chosen parses and has every word.
 */
import { ActbenchError } from '#contract/errors'
import type { GrammarState } from './runtime/types.ts'
import type { Tokenizer } from './tokenizer/types.ts'

export interface AnnotationTask {
  readonly words: readonly string[]
  /** What stands before each word where it goes on with the one before: a space, or nothing. */
  readonly joints: readonly string[]
  readonly slots: readonly string[]
  /** Label of a word in no slot. */
  readonly outside: string
}

type Encoder = Pick<Tokenizer, 'encode'>
/** The slot of each word. */
type Labels = readonly string[]

/** A way to go on: tokens, and the state behind them. */
interface Edge {
  readonly ids: readonly number[]
  readonly to: () => GrammarState<Labels>
}

interface Task extends AnnotationTask {
  readonly pieces: Pieces
}

/** The words from here on, and whether a slot is open. */
interface Place {
  readonly at: number
  readonly labels: Labels
  readonly slot: string | null
  /** A bracket was opened or closed just before. */
  readonly isFresh: boolean
}

/** No token of the vocabularies that we know has more characters of a script without spaces. */
const mostCharacters = 8

/**
 * Makes the first state of each utterance's grammar. A word is written as the tokenizer writes it behind another; of a script without
 * spaces any run of words that is one token may be taken at once. Throws `invalid-input` for words that have brackets.
 */
export function annotationGrammar(
  tokenizer: Encoder,
): (task: AnnotationTask) => GrammarState<Labels> {
  const pieces = createPieces(tokenizer)
  return (task) => {
    const bracketed = task.words.find((word) => /[[\]]/u.test(word))
    if (bracketed !== undefined) {
      throw new ActbenchError({
        code: 'invalid-input',
        message: `The word ${JSON.stringify(bracketed)} has a bracket, which marks slots in the annotation.`,
        remedy: 'Leave this sample out.',
      })
    }
    return stateAt({ ...task, pieces }, { at: 0, labels: [], slot: null, isFresh: true })
  }
}

function stateAt(task: Task, place: Place): GrammarState<Labels> {
  const { words, outside } = task
  const { at, labels, slot } = place
  // The published cutting leaves some empty words; nothing is written for them.
  if (words[at] === '') {
    return stateAt(task, { ...place, at: at + 1, labels: [...labels, slot ?? outside] })
  }
  if (at === words.length && slot === null) return over(labels)
  const copies = at < words.length ? copyEdges(task, place) : []
  return choose([...copies, ...(slot === null ? openEdges(task, place) : closeEdges(task, place))])
}

function copyEdges(task: Task, place: Place): Edge[] {
  const { words, joints, outside, pieces } = task
  const { at, labels, slot, isFresh } = place
  const joint = isFresh ? ' ' : joints[at]
  const edge = (count: number, ids: readonly number[]): Edge => ({
    ids,
    to: () =>
      stateAt(task, {
        at: at + count,
        labels: [...labels, ...Array.from({ length: count }, () => slot ?? outside)],
        slot,
        isFresh: false,
      }),
  })
  const edges = [edge(1, pieces.behindWord(joint + words[at]))]
  let text = joint + words[at]
  for (let count = 2; count <= mostCharacters; count++) {
    const next = at + count - 1
    if (next >= words.length || joints[next] !== '') break
    text += words[next]
    const ids = pieces.behindWord(text)
    if (ids.length === 1) edges.push(edge(count, ids))
  }
  return edges
}

function openEdges(task: Task, { at, labels }: Place): Edge[] {
  if (at === task.words.length) return []
  const { pieces, slots } = task
  const open = pieces.behindWord(' [')
  return slots.map((slot) => ({
    ids: [...open, ...pieces.behindBracket(`${slot} :`)],
    to: () => stateAt(task, { at, labels, slot, isFresh: true }),
  }))
}

/** A slot has a word. */
function closeEdges(task: Task, { at, labels, isFresh }: Place): Edge[] {
  if (isFresh) return []
  return [
    {
      ids: task.pieces.behindWord(']'),
      to: () => stateAt(task, { at, labels, slot: null, isFresh: true }),
    },
  ]
}

function over(labels: Labels): GrammarState<Labels> {
  return { tokens: [], outcome: labels, follow: () => over(labels) }
}

/** A state of which each of these edges may be taken, token by token. */
function choose(edges: readonly Edge[], depth = 0): GrammarState<Labels> {
  const byToken = Map.groupBy(edges, ({ ids }) => ids[depth])
  return {
    tokens: [...byToken.keys()],
    outcome: null,
    follow: (token) => {
      const taken = byToken.get(token) ?? []
      // Where one edge is the beginning of another, its own state goes on.
      const ended = taken.find(({ ids }) => ids.length === depth + 1)
      if (ended !== undefined) return ended.to()
      if (taken.length > 0) return choose(taken, depth + 1)
      throw new ActbenchError({
        code: 'internal',
        message: `The annotation's grammar: token ${token} cannot follow here.`,
      })
    },
  }
}

interface Pieces {
  readonly behindWord: (text: string) => readonly number[]
  readonly behindBracket: (text: string) => readonly number[]
}

/** Texts as tokens of their own where they stand, each encoded once. */
function createPieces({ encode }: Encoder): Pieces {
  const known = new Map<string, readonly number[]>()
  const behind = (before: string, text: string): readonly number[] => {
    const key = before + text
    const found = known.get(key)
    if (found !== undefined) return found
    const ids = (whole: string) => encode(whole, { addSpecial: false })
    const start = ids(before)
    const whole = ids(key)
    // A tokenizer may write both as one token; then the text is encoded by itself.
    const isCut = whole.length > start.length && start.every((id, at) => whole[at] === id)
    const own = isCut ? whole.slice(start.length) : ids(text)
    known.set(key, own)
    return own
  }
  return {
    behindWord: (text) => behind('a', text),
    behindBracket: (text) => behind('a [', text),
  }
}
