/** Slots that a language model put brackets around; it says nothing of the intent. */
import type { Response, Sample, Score } from '#contract/suites'
import { measureUtterance } from '../nlu/index.ts'
import { slotScore } from './massive-nlu.ts'
import type { OfflineScorer } from './types.ts'

export const slotAnnotation: OfflineScorer = {
  kind: 'offline',
  record: {
    id: 'slot-annotation',
    title: 'Annotated slots',
    summary: 'Which slots were found over the right words; the intent is not asked for.',
    version: 1,
    variants: [
      {
        id: 'reference',
        title: 'as MASSIVE’s reference implementation',
        summary:
          'Neighbours with the same label are one slot; a slot counts if name, first and last word are right. Nothing is normalised.',
        resource: null,
      },
    ],
    isOffline: true,
    metrics: ['slot_f1'],
  },
  score: ({ variant, sample, response }) => {
    const base = { scorer: 'slot-annotation', variant, version: 1 }
    const { utterance } = sample
    if (utterance === undefined) return []
    return [{ ...base, ...scoreOf(utterance, response) }]
  },
}

function scoreOf(
  gold: NonNullable<Sample['utterance']>,
  { understanding: predicted }: Response,
): Omit<Score, 'scorer' | 'variant' | 'version'> {
  if (predicted !== undefined) return slotScore(measureUtterance({ gold, predicted }).entities)
  const evidence = 'the model gave no slots'
  return { name: 'slot_f1', value: null, weight: 1, label: 'unscored', evidence }
}
