import { describe, expect, it } from 'vitest'
import { jobEventSchema, type SampleResult } from '#contract/jobs'
import { finiteResult } from './finite-result.ts'

const sample = {
  id: 's1',
  index: 0,
  prompt: 'Which?',
  expectation: 'none' as const,
  category: null,
  cluster: null,
  metadata: {},
}

function resultWith(
  change: { tokenLogProbs?: number[]; logProb?: number; value?: number | null } = {},
): SampleResult {
  const { tokenLogProbs = [-0.5], logProb = -2, value = 1 } = change
  return {
    sample,
    response: {
      ...{ text: 'a', renderedPrompt: 'Which?', promptTokens: 2, tokenIds: [1], tokenLogProbs },
      ...{ finishReason: 'stop', latencyMs: 1 },
      choices: [{ logProb, tokens: 1, isGreedy: false }],
    },
    scores: [
      {
        ...{ scorer: 'x', variant: 'y', version: 1, name: 'acc', weight: 1 },
        ...{ value, label: '', evidence: null },
      },
    ],
    error: null,
  }
}

describe('finiteResult', () => {
  it('leaves finite results as they are, also without a verdict', () => {
    for (const result of [resultWith(), resultWith({ value: null })]) {
      expect(finiteResult(result)).toBe(result)
    }
  })

  it.each([{ tokenLogProbs: [-1, NaN] }, { logProb: -Infinity }, { value: NaN }])(
    'makes %j an error of the sample, which the port takes',
    (change) => {
      const event = (result: SampleResult) => ({ type: 'sample-scored', result })
      const broken = resultWith(change)
      expect(jobEventSchema.safeParse(event(broken)).success, 'the port refuses it').toBe(false)
      const found = finiteResult(broken)
      expect(jobEventSchema.safeParse(event(found)).success).toBe(true)
      expect(found).toMatchObject({ response: null, scores: [], sample })
      expect(found.error?.message).toContain('Sample s1: expected finite probabilities')
    },
  )
})
