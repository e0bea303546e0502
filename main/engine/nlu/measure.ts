/**
 * Intent accuracy, slot micro-F1 and exact match as the reference implementation of MASSIVE defines them (alexa/massive,
 * training_utils.py: eval_preds; FitzGerald et al. 2022), utterance by utterance and pooled.
 */
import { alignLabels } from './align.ts'
import { entitiesOf, toBio, wordRules, type BioRules, type Entity } from './bio.ts'

export interface Understood {
  readonly intent: string
  /** One a word, or one a position with an encoder's rules. Of a prediction as many as there are. */
  readonly labels: readonly string[]
}

export interface EntityCounts {
  /** Entities of the same type over the very same words on both sides. */
  readonly hits: number
  readonly predicted: number
  readonly gold: number
}

export interface UtteranceMeasure {
  readonly isIntentRight: boolean
  /** The intent is right, and so are all tags. */
  readonly isExactMatch: boolean
  readonly entities: EntityCounts
  readonly ofType: ReadonlyMap<string, EntityCounts>
  /** Length of the aligned prediction: what the reference divides by for the error of F1. */
  readonly positions: number
}

const none: EntityCounts = { hits: 0, predicted: 0, gold: 0 }

/** `rules` are those of words by name, unless positions of an encoder are compared. Labels are never normalised. */
export function measureUtterance(
  { gold, predicted }: { readonly gold: Understood; readonly predicted: Understood },
  rules: BioRules = wordRules,
): UtteranceMeasure {
  const goldTags = toBio(gold.labels, rules)
  const tags = toBio(alignLabels(gold.labels, predicted.labels), rules)
  const ofType = countByType({ gold: entitiesOf(goldTags), predicted: entitiesOf(tags) })
  const isIntentRight = gold.intent === predicted.intent
  return {
    isIntentRight,
    isExactMatch: isIntentRight && tags.every((tag, at) => tag === goldTags[at]),
    entities: [...ofType.values()].reduce(addCounts, none),
    ofType,
    positions: tags.length,
  }
}

function countByType(sides: {
  readonly gold: readonly Entity[]
  readonly predicted: readonly Entity[]
}): Map<string, EntityCounts> {
  const counts = new Map<string, EntityCounts>()
  const add = (type: string, more: Partial<EntityCounts>): void => {
    counts.set(type, addCounts(counts.get(type) ?? none, { ...none, ...more }))
  }
  const keyOf = ({ type, first, last }: Entity): string => `${first} ${last} ${type}`
  const right = new Set(sides.gold.map(keyOf))
  for (const { type } of sides.gold) add(type, { gold: 1 })
  for (const entity of sides.predicted) {
    add(entity.type, { predicted: 1, hits: right.has(keyOf(entity)) ? 1 : 0 })
  }
  return counts
}

export function addCounts(a: EntityCounts, b: EntityCounts): EntityCounts {
  return { hits: a.hits + b.hits, predicted: a.predicted + b.predicted, gold: a.gold + b.gold }
}

/** 2 TP / (predicted + gold), 0 to 1; 0 where neither side has an entity. */
export function f1Of({ hits, predicted, gold }: EntityCounts): number {
  return predicted + gold === 0 ? 0 : (2 * hits) / (predicted + gold)
}

export interface PooledMeasure {
  readonly utterances: number
  /** Each 0 to 1. */
  readonly intentAccuracy: number
  readonly slotF1: number
  readonly exactMatch: number
  readonly entities: EntityCounts
  readonly ofType: ReadonlyMap<string, EntityCounts>
  /** Standard errors as the reference prints them; see `binomialError`. */
  readonly errors: {
    readonly intentAccuracy: number
    readonly slotF1: number
    readonly exactMatch: number
  }
}

/** Over all utterances together, not a mean over locales. All zero for none. */
export function poolMeasures(measures: readonly UtteranceMeasure[]): PooledMeasure {
  const utterances = measures.length
  const share = (count: number): number => (utterances === 0 ? 0 : count / utterances)
  const ofType = new Map<string, EntityCounts>()
  for (const measure of measures) {
    for (const [type, counts] of measure.ofType) {
      ofType.set(type, addCounts(ofType.get(type) ?? none, counts))
    }
  }
  const entities = [...ofType.values()].reduce(addCounts, none)
  const positions = measures.reduce((sum, measure) => sum + measure.positions, 0)
  const intentAccuracy = share(measures.filter(({ isIntentRight }) => isIntentRight).length)
  const exactMatch = share(measures.filter(({ isExactMatch }) => isExactMatch).length)
  const slotF1 = f1Of(entities)
  return {
    utterances,
    intentAccuracy,
    slotF1,
    exactMatch,
    entities,
    ofType,
    errors: {
      intentAccuracy: binomialError(intentAccuracy, utterances),
      slotF1: binomialError(slotF1, positions),
      exactMatch: binomialError(exactMatch, utterances),
    },
  }
}

/**
 * sqrt(p (1 - p) / n), 0 for n = 0: the standard error that the reference prints, 1.96 times of which the paper shows. For F1 its n is
 * the number of positions of all predictions, which makes that bar too narrow: it is here to compare with published ones; a
 * bootstrap over utterances is what to trust.
 */
export function binomialError(p: number, n: number): number {
  return n === 0 ? 0 : Math.sqrt((p * (1 - p)) / n)
}
