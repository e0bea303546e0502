import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import { compareAnswers, compareChoices, compareDocuments } from './lm-eval-compare.ts'
import type { AnswerItem, ChoiceItem, DocumentItem } from './lm-eval-golden.ts'

const context = 'Question: How many are six and seven?\nAnswer:'

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

const theirs: AnswerItem = {
  row: 3,
  contextHash: hashOf(context),
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

const choices: ChoiceItem = {
  row: 2,
  contextHash: hashOf(context),
  continuationsHash: hashOf('[" ten", " thirteen"]'),
  logProbs: [-4.5, -2.25],
  isGreedy: [false, true],
  acc: 1,
  accNorm: 1,
}

function chosen(
  changes: { logProbs?: readonly number[]; isGreedy?: boolean; accNorm?: number } = {},
): SampleResult {
  const { logProbs = [-4.5004, -2.25], isGreedy = true, accNorm = 1 } = changes
  const score = (name: string, value: number) => ({
    ...{ scorer: 'choice', variant: '', version: 1, name, value },
    ...{ weight: 1, label: '', evidence: null },
  })
  return {
    sample: {
      ...{ id: 'arc-3', index: 2, prompt: context, expectation: 'none', category: null },
      ...{ cluster: null, metadata: {}, choices: ['ten', 'thirteen'] },
    },
    response: {
      ...{ text: '', renderedPrompt: context, promptTokens: 9, tokenIds: [], tokenLogProbs: [] },
      ...{ finishReason: 'stop', latencyMs: 1 },
      choices: logProbs.map((logProb, at) => ({
        ...{ logProb, tokens: 1, bytes: 4 },
        isGreedy: at === 1 && isGreedy,
      })),
    },
    scores: [score('acc', 1), score('acc_norm', accNorm)],
    error: null,
  }
}

describe('compareChoices', () => {
  it('accepts sums within 1e-3 nats and says how far they are', () => {
    const { figures, problems } = compareChoices([choices], [chosen()])
    expect(problems).toEqual([])
    expect(figures).toEqual([
      '1 items, 2 choices: largest difference of a log-likelihood 4.0e-4 nats',
      'acc 100.0 % (lm-evaluation-harness 100.0 %)',
      'acc_norm 100.0 % (lm-evaluation-harness 100.0 %)',
    ])
  })

  it.each([
    ['a sum that is away', chosen({ logProbs: [-4.5, -2.252] }), 'row 2: log-likelihoods -4.5000'],
    ['a missing choice', chosen({ logProbs: [-4.5] }), 'row 2: 1 choices'],
    ['another greedy choice', chosen({ isGreedy: false }), 'row 2: another greedy choice'],
    ['another acc_norm', chosen({ accNorm: 0 }), 'row 2: acc_norm 0 instead of 1'],
  ])('names %s', (_, result, problem) => {
    const { problems } = compareChoices([choices], [result])
    expect(problems).toContainEqual(expect.stringContaining(problem))
  })
})

const page: DocumentItem = {
  ...{ row: 0, contextHash: hashOf('A page.'), logProb: -20, words: 2, bytes: 7 },
}

function readPage(logProb: number): SampleResult {
  const score = (name: string, value: number, weight: number) => ({
    ...{ scorer: 'perplexity', variant: '', version: 1, name, value },
    ...{ weight, label: '', evidence: null },
  })
  const bits = -logProb / Math.LN2
  return {
    sample: {
      ...{ id: 'wikitext2-page-0', index: 0, prompt: 'A page.', expectation: 'none' },
      ...{ category: null, cluster: null, metadata: {} },
    },
    response: null,
    scores: [
      score('word_nll', -logProb / 2, 2),
      score('byte_nll', -logProb / 7, 7),
      score('bits_per_byte', bits / 7, 7),
    ],
    error: null,
  }
}

describe('compareDocuments', () => {
  const exact = new Map([[0, { logProb: -20.0001, bound: 5e-5 }]])

  it('tells which side is away from float64', () => {
    const { figures, problems } = compareDocuments([page], [readPage(-20.00008)], exact)
    expect(problems).toEqual([])
    expect(figures.at(-1)).toBe(
      '1 documents in float64: ours at most 2.0e-5 nats away (lm-evaluation-harness 1.0e-4)',
    )
  })

  it('names a document that is further from float64 than rounding explains', () => {
    const { problems } = compareDocuments([page], [readPage(-20)], exact)
    expect(problems).toEqual([
      'row 0: log-likelihood -20.0000, in float64 -20.0001: rounding explains 5.0e-5',
    ])
  })

  it('holds a document without a sum in float64 to lm-evaluation-harness alone', () => {
    const { figures, problems } = compareDocuments([page], [readPage(-20.001)], new Map())
    expect(figures).toHaveLength(4)
    expect(problems).toEqual(['row 0: log-likelihood -20.001 instead of -20'])
  })
})
