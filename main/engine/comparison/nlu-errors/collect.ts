/** From utterances with what they were taken for to columns of numbers: labels and intents are read once and dropped, page by page. */
import type { UnderstoodSample } from '#contract/stored-samples'
import { addCounts, measureUtterance, type EntityCounts } from '../../nlu/index.ts'

/** Utterances by an index that all columns share. */
export interface Utterances {
  readonly clusters: readonly (string | null)[]
  readonly domains: readonly (string | null)[]
  readonly intents: readonly string[]
}

/** One column, by index of the utterance; nothing at an index that it has not run. */
export interface Answers {
  /** Utterances that it has run, with or without an answer. */
  readonly ran: ReadonlySet<number>
  /** What the utterance was taken for. */
  readonly intents: ReadonlyMap<number, string>
  /** All slots of the utterance. */
  readonly slots: ReadonlyMap<number, EntityCounts>
  /** The same by type; only types that stand on either side. */
  readonly slotsOfType: ReadonlyMap<string, ReadonlyMap<number, EntityCounts>>
  /** Utterances with the right labels on all words. */
  readonly rightLabels: ReadonlySet<number>
}

export interface Understood {
  readonly utterances: Utterances
  readonly columns: readonly Answers[]
}

export interface Collector {
  readonly add: (column: number, samples: readonly UnderstoodSample[]) => void
  readonly understood: Understood
}

/** Characters (code points, as SQLite counts them too). A text-to-text model may write anything; as long as what a score quotes of it. */
const longestName = 80

/** Takes samples in any number of pages; `understood` grows with them. */
export function collectUnderstood(columns: number): Collector {
  const places = new Map<string, number>()
  const utterances = {
    clusters: [] as (string | null)[],
    domains: [] as (string | null)[],
    intents: [] as string[],
  }
  const answers = Array.from({ length: columns }, emptyAnswers)
  const shared = { nameOf: createNames(), countsOf: createCounts() }
  const placeOf = ({ sampleId, cluster, domain, gold }: UnderstoodSample): number => {
    const known = places.get(sampleId)
    if (known !== undefined) return known
    places.set(sampleId, places.size)
    utterances.clusters.push(cluster)
    utterances.domains.push(domain)
    utterances.intents.push(shared.nameOf(gold.intent))
    return places.size - 1
  }
  return {
    add: (column, samples) => {
      for (const sample of samples) {
        addAnswer(answers[column], { at: placeOf(sample), sample, ...shared })
      }
    },
    understood: { utterances, columns: answers },
  }
}

function emptyAnswers() {
  return {
    ran: new Set<number>(),
    intents: new Map<number, string>(),
    slots: new Map<number, EntityCounts>(),
    slotsOfType: new Map<string, Map<number, EntityCounts>>(),
    rightLabels: new Set<number>(),
  }
}

/** One string for each name, however many parsed copies of it come along. */
function createNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const name = text.length > longestName ? Array.from(text).slice(0, longestName).join('') : text
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, name)
    return name
  }
}

/** One object for each triple of counts: nearly all utterances have one of a few dozen. */
function createCounts(): (counts: EntityCounts) => EntityCounts {
  const known = new Map<string, EntityCounts>()
  return (counts) => {
    const key = `${counts.hits} ${counts.predicted} ${counts.gold}`
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, counts)
    return counts
  }
}

function addAnswer(
  answers: ReturnType<typeof emptyAnswers>,
  input: {
    at: number
    sample: UnderstoodSample
    nameOf: (text: string) => string
    countsOf: (counts: EntityCounts) => EntityCounts
  },
): void {
  const { at, sample, nameOf, countsOf } = input
  answers.ran.add(at)
  const intent = intentOf(sample)
  if (intent !== null) answers.intents.set(at, nameOf(intent))
  const { gold, predicted } = sample
  if (predicted === null) return
  const { isExactMatch, ofType } = measureUtterance({
    gold,
    predicted: { intent: gold.intent, labels: predicted.labels },
  })
  if (isExactMatch) answers.rightLabels.add(at)
  let all: EntityCounts = { hits: 0, predicted: 0, gold: 0 }
  for (const [text, counts] of ofType) {
    all = addCounts(all, counts)
    const type = nameOf(text)
    const ofUtterances = answers.slotsOfType.get(type) ?? new Map<number, EntityCounts>()
    ofUtterances.set(at, countsOf(counts))
    answers.slotsOfType.set(type, ofUtterances)
  }
  answers.slots.set(at, countsOf(all))
}

function intentOf({ predicted, ranked }: UnderstoodSample): string | null {
  if (ranked === null) return predicted === null ? null : predicted.intent
  const { intents, logProbs } = ranked
  if (logProbs.length !== intents.length || !logProbs.every(Number.isFinite)) return null
  return intents[logProbs.indexOf(Math.max(...logProbs))]
}
