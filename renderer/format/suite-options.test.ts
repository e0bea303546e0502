import { describe, expect, it } from 'vitest'
import type { PlanSuite } from '#contract/plans'
import type { SuiteKind } from '#contract/suites'
import { samplesText } from './suite-options.ts'

const whole: PlanSuite = {
  ...{ id: 'x', limit: null, shuffleSeed: null, spread: false, only: 'all', scorers: null },
}

describe('samplesText', () => {
  it.each<[SuiteKind | undefined, Partial<PlanSuite>, string]>([
    ['harmful', {}, 'all'],
    [undefined, { limit: 1200, only: 'refuse' }, 'first 1,200, only “refuse”'],
    ['harmful', { limit: 10, spread: true }, 'first 10, evenly spread'],
    [
      'nlu',
      { limit: 30, locales: ['en-US', 'th-TH'] },
      '30 utterances, evenly spread, in en-US, th-TH',
    ],
    ['nlu', { limit: 1, shuffleSeed: 1 }, '1 utterance, shuffled with seed 1'],
    ['nlu', { partition: 'dev', examples: 4 }, 'all, partition dev, 4 worked examples'],
  ])('%s with %j', (kind, change, expected) => {
    expect(samplesText({ ...whole, ...change }, kind)).toBe(expected)
  })
})
