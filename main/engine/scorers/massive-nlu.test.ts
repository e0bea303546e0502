import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Response, Sample, Score } from '#contract/suites'
import { f1Of, measureUtterance, poolMeasures } from '../nlu/index.ts'
import { readSuite } from '../suites/index.ts'
import { metricRecords, scoreStored } from './index.ts'

type Understanding = NonNullable<Response['understanding']>

const starter = fileURLToPath(
  new URL('../../../resources/suites/starter/massive.jsonl', import.meta.url),
)

function scoresOf(sample: Sample, understanding?: Partial<Understanding>): Map<string, Score> {
  const response: Response = {
    text: '',
    renderedPrompt: sample.prompt,
    promptTokens: 1,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs: 1,
    ...(understanding === undefined
      ? {}
      : { understanding: { intent: '', labels: [], intentLogProb: null, ...understanding } }),
  }
  const scores = scoreStored({
    use: { id: 'massive-nlu', variant: 'reference' },
    sample,
    response,
  })
  return new Map(scores.map((score) => [score.name, score]))
}

/** Mean of the values by weight, as an aggregate takes it. */
function aggregate(scores: readonly Map<string, Score>[], name: string): number {
  const found = scores.map((one) => one.get(name)!).filter(({ value }) => value !== null)
  const weight = found.reduce((sum, score) => sum + score.weight, 0)
  return found.reduce((sum, score) => sum + (score.value ?? 0) * score.weight, 0) / weight
}

describe('intent and slots', () => {
  it('whoever answers what is right has 1 in every locale, on every metric', async () => {
    const { samples } = await readSuite({ suiteId: 'massive-starter', path: starter })
    for (const locale of new Set(samples.map(({ category }) => category))) {
      const scores = samples
        .filter(({ category }) => category === locale)
        .map((sample) => scoresOf(sample, sample.utterance))
      for (const name of ['intent_accuracy', 'slot_f1', 'nlu_exact_match']) {
        expect(aggregate(scores, name), `${locale ?? ''} ${name}`).toBe(1)
      }
    }
  })

  it('Other everywhere has no slot right, and exact matches only where there is none', async () => {
    const { samples } = await readSuite({ suiteId: 'massive-starter', path: starter })
    const scores = samples.map((sample) => scoresOf(sample, { intent: 'qa_maths' }))
    expect(aggregate(scores, 'slot_f1')).toBe(0)
    expect(aggregate(scores, 'intent_accuracy')).toBeCloseTo(1 / 20, 12)
    expect(aggregate(scores, 'nlu_exact_match')).toBeCloseTo(1 / 20, 12)
  })

  it('the weighted mean over samples is the pooled micro-F1', async () => {
    const { samples } = await readSuite({ suiteId: 'massive-starter', path: starter })
    const guesses = samples.map((sample, at) => {
      const { labels = [], intent = '' } = sample.utterance ?? {}
      const shifted = ['date', ...labels]
      return { intent, labels: at % 3 === 0 ? shifted : labels.slice(at % 4) }
    })
    const pooled = poolMeasures(
      samples.flatMap(({ utterance }, at) =>
        utterance === undefined
          ? []
          : [measureUtterance({ gold: utterance, predicted: guesses[at] })],
      ),
    )
    const scores = samples.map((sample, at) => scoresOf(sample, guesses[at]))
    expect(pooled.slotF1).toBeGreaterThan(0.1)
    expect(pooled.slotF1).toBeLessThan(0.9)
    expect(aggregate(scores, 'slot_f1')).toBeCloseTo(pooled.slotF1, 12)
    expect(aggregate(scores, 'nlu_exact_match')).toBeCloseTo(pooled.exactMatch, 12)
  })

  const sample: Sample = {
    id: 'en-US/1',
    index: 0,
    prompt: 'play nina simone at six',
    expectation: 'none',
    category: 'en-US',
    cluster: '1',
    metadata: {},
    utterance: {
      locale: 'en-US',
      words: ['play', 'nina', 'simone', 'at', 'six'],
      labels: ['Other', 'artist_name', 'artist_name', 'Other', 'time'],
      intent: 'play_music',
    },
  }

  it('says why in words', () => {
    const scores = scoresOf(sample, {
      intent: 'x'.repeat(500),
      labels: ['Other', 'artist_name', 'artist_name', 'date', 'date', 'date'],
    })
    expect(scores.get('slot_f1')).toMatchObject({
      value: f1Of({ hits: 1, predicted: 2, gold: 2 }),
      weight: 4,
      label: 'partly',
      evidence: '1 of 2 slots found, 1 that are not there',
    })
    const intent = scores.get('intent_accuracy')
    expect(intent).toMatchObject({ value: 0, label: 'wrong' })
    expect(intent?.evidence).toMatch(/^took it for x{80}, right is play_music$/)
  })

  it('no slots on either side weigh nothing; an answer without an understanding is not judged', () => {
    const quiet = { ...sample, utterance: { ...sample.utterance!, labels: Array(5).fill('Other') } }
    expect(scoresOf(quiet, { intent: 'play_music' }).get('slot_f1')).toMatchObject({
      value: null,
      weight: 0,
    })
    expect([...scoresOf(sample).values()].map(({ value, label }) => [value, label])).toEqual(
      Array(3).fill([null, 'unscored']),
    )
    expect(scoresOf({ ...sample, utterance: undefined }, {}).size).toBe(0)
  })

  it('every metric has a record', () => {
    const known = metricRecords().map(({ name }) => name)
    for (const name of scoresOf(sample, {}).keys()) expect(known).toContain(name)
  })
})
