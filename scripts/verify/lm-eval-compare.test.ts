import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import { compareAnswers } from './lm-eval-compare.ts'
import type { AnswerItem } from './lm-eval-golden.ts'

const context = 'Question: How many are six and seven?\nAnswer:'

const theirs: AnswerItem = {
  row: 3,
  contextHash: createHash('sha256').update(context).digest('hex').slice(0, 16),
  answer: ' 6 + 7 = 13\n#### 13\n\n',
  strict: 1,
  flexible: 1,
}

function ours(changes: { text?: string; prompt?: string; strict?: number } = {}): SampleResult {
  const { text = '6 + 7 = 13\n#### 13', prompt = context, strict = 1 } = changes
  const score = (variant: string, value: number) => ({
    ...{ scorer: 'exact-answer', variant, version: 1, name: 'exact_match', value },
    ...{ weight: 1, label: 'right', evidence: null },
  })
  return {
    sample: {
      ...{ id: 'gsm8k-4', index: 3, prompt: context, expectation: 'none', category: null },
      ...{ cluster: null, metadata: {} },
    },
    response: {
      ...{ text, renderedPrompt: prompt, promptTokens: 9, tokenIds: [], tokenLogProbs: [] },
      ...{ finishReason: 'stop', latencyMs: 1 },
    },
    scores: [score('gsm8k-strict', strict), score('gsm8k-flexible', 1)],
    error: null,
  }
}

describe('compareAnswers', () => {
  it('takes equal answers for equal, white space at the ends apart', () => {
    const { figures, problems } = compareAnswers([theirs], [ours()])
    expect(problems).toEqual([])
    expect(figures).toEqual([
      '1 items, 1 answers word for word alike',
      'gsm8k-strict 100.0 % (lm-evaluation-harness 100.0 %)',
      'gsm8k-flexible 100.0 % (lm-evaluation-harness 100.0 %)',
    ])
  })

  it.each([
    [
      'an answer that parts from theirs',
      ours({ text: '6 + 7 = 14' }),
      'row 3: the answer parts from theirs at character 9 of 18: "4" instead of "3\\n#### 13"',
    ],
    ['another prompt', ours({ prompt: 'Question:' }), 'row 3: another context'],
    ['another reading', ours({ strict: 0 }), 'row 3: gsm8k-strict 0 instead of 1'],
  ])('names %s', (_, result, problem) => {
    expect(compareAnswers([theirs], [result]).problems).toEqual([problem])
  })

  it('misses a row that was not run', () => {
    expect(compareAnswers([theirs], []).problems).toEqual(['row 3: not run'])
  })
})
