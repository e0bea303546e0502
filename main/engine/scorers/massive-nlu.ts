/** Intent and slots against what is right, with the metrics of MASSIVE's reference implementation. */
import type { Response, Sample, Score } from '#contract/suites'
import { f1Of, measureUtterance, type EntityCounts } from '../nlu/index.ts'
import type { OfflineScorer } from './types.ts'

const names = ['intent_accuracy', 'slot_f1', 'nlu_exact_match'] as const

/** What a model took for an intent may be any text. */
const longestIntent = 80

export const massiveNlu: OfflineScorer = {
  kind: 'offline',
  record: {
    id: 'massive-nlu',
    title: 'Intent and slots',
    summary:
      'Whether the intent is the right one, and which slots were found over the right words.',
    version: 1,
    variants: [
      {
        id: 'reference',
        title: 'as MASSIVE’s reference implementation',
        summary:
          'Labels are cut or filled with Other to the number of words; neighbours with the same label are one slot; a slot counts if name, first and last word are right. Nothing is normalised.',
        resource: null,
      },
    ],
    isOffline: true,
    metrics: [...names],
  },
  score: ({ variant, sample, response }) => {
    if (sample.utterance === undefined) return []
    return scoresOf(sample.utterance, response).map((score) => ({
      scorer: 'massive-nlu',
      variant,
      version: 1,
      ...score,
    }))
  },
}

type OwnScore = Omit<Score, 'scorer' | 'variant' | 'version'>

function scoresOf(gold: NonNullable<Sample['utterance']>, response: Response): OwnScore[] {
  const predicted = response.understanding
  if (predicted === undefined) {
    return names.map((name) => ({
      name,
      value: null,
      weight: 1,
      label: 'unscored',
      evidence: 'the model gave no intent and no slots',
    }))
  }
  const { isIntentRight, isExactMatch, entities } = measureUtterance({ gold, predicted })
  const found = predicted.intent.slice(0, longestIntent)
  return [
    {
      name: 'intent_accuracy',
      ...judged(isIntentRight),
      evidence: isIntentRight ? gold.intent : `took it for ${found}, right is ${gold.intent}`,
    },
    slotScore(entities),
    { name: 'nlu_exact_match', ...judged(isExactMatch), evidence: null },
  ]
}

function judged(isRight: boolean): Pick<OwnScore, 'value' | 'weight' | 'label'> {
  return { value: isRight ? 1 : 0, weight: 1, label: isRight ? 'right' : 'wrong' }
}

/**
 * The sample's own F1 with predicted + gold as its weight: the weighted mean over samples is the pooled micro-F1. Null without
 * weight where there is no slot on either side.
 */
export function slotScore(entities: EntityCounts): OwnScore {
  const { hits, predicted, gold } = entities
  const weight = predicted + gold
  if (weight === 0) {
    return { name: 'slot_f1', value: null, weight, label: 'no slots', evidence: null }
  }
  return {
    name: 'slot_f1',
    value: f1Of(entities),
    weight,
    label: 2 * hits === weight ? 'right' : hits === 0 ? 'wrong' : 'partly',
    evidence: `${hits} of ${gold} slots found, ${predicted - hits} that are not there`,
  }
}
