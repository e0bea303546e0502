import { describe, expect, it } from 'vitest'
import type { Response, Sample } from '#contract/suites'
import { scoreAnswer, scoreStored } from './index.ts'

const plain: Sample = {
  id: 's',
  index: 0,
  prompt: 'p',
  expectation: 'none',
  category: null,
  cluster: null,
  metadata: {},
}

function answer(text: string, sums?: readonly number[]): Response {
  return {
    text,
    renderedPrompt: 'p',
    promptTokens: 1,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs: 1,
    ...(sums === undefined
      ? {}
      : { choices: sums.map((logProb) => ({ logProb, tokens: 1, isGreedy: false })) }),
  }
}

describe('multiple-choice', () => {
  const use = { id: 'multiple-choice', variant: 'log-likelihood' }
  const score = (sample: Partial<Sample>, sums?: readonly number[]) =>
    scoreStored({ use, sample: { ...plain, ...sample }, response: answer('', sums) })
  const values = (sample: Partial<Sample>, sums: readonly number[]) =>
    score(sample, sums).map(({ name, value }) => [name, value])

  it('takes the highest sum, the highest per character and the highest per byte', () => {
    // Sums -4, -6, -9: per character -4, -2, -3; per byte -4, -2, -9/6.
    const sample = { choices: ['a', 'bbb', 'ééé'], gold: 1 }
    expect(values(sample, [-4, -6, -9])).toEqual([
      ['acc', 0],
      ['acc_norm', 1],
      ['acc_bytes', 0],
    ])
    expect(values({ ...sample, gold: 2 }, [-4, -6, -9])[2]).toEqual(['acc_bytes', 1])
  })

  it('counts an astral letter as one character, and takes the first of equals', () => {
    expect(values({ choices: ['𝛼𝛽', 'xxx'], gold: 0 }, [-2.2, -3])[1]).toEqual(['acc_norm', 0])
    expect(values({ choices: ['a', 'b'], gold: 0 }, [-1, -1])[0]).toEqual(['acc', 1])
  })

  it('has no lengths to even out where all choices are followed by the same words', () => {
    const partial = { id: 'multiple-choice', variant: 'partial-evaluation' }
    const sample = { ...plain, choices: ['a long one', 'b'], gold: 0 }
    const scores = scoreStored({ use: partial, sample, response: answer('', [-2, -3]) })
    expect(scores.map(({ name, value }) => [name, value])).toEqual([['acc', 1]])
  })

  it('says what it chose, and does not score what was not measured', () => {
    const sample = { choices: ['a', 'b'], gold: 1 }
    expect(score(sample, [-1, -2])[0]?.evidence).toBe(
      'chose choice 1 with -1.000, right is choice 2 with -2.000 nats',
    )
    expect(score(sample)[0]).toMatchObject({ value: null, label: 'unscored' })
    expect(score(sample, [-1])[0]?.evidence).toBe('2 choices, 1 measured')
    expect(score(sample, [NaN, -1])[0]?.evidence).toContain('not finite')
    expect(score({}, [-1, -2])).toEqual([])
  })
})

describe('exact-answer', () => {
  const read = (variant: 'gsm8k-strict' | 'gsm8k-flexible', text: string, right = '1,203') =>
    scoreStored({
      use: { id: 'exact-answer', variant },
      sample: { ...plain, answer: right },
      response: answer(text),
    })[0]

  it('strict reads the number behind ####, the first one', () => {
    expect(read('gsm8k-strict', 'So 3 + 1200.\n#### 1203\n#### 5')?.value).toBe(1)
    expect(read('gsm8k-strict', '#### 1,203.')?.value).toBe(1)
    expect(read('gsm8k-strict', 'It is 1203')).toMatchObject({ value: 0, label: 'no number' })
    expect(read('gsm8k-strict', '#### -7', '-7')?.value).toBe(1)
  })

  it('flexible reads the last number', () => {
    expect(read('gsm8k-flexible', 'First 5, then $1,203.')?.value).toBe(1)
    expect(read('gsm8k-flexible', 'It is 1203 and not 5')).toMatchObject({
      value: 0,
      evidence: 'found 5, right is 1,203',
    })
    expect(read('gsm8k-flexible', 'none')).toMatchObject({ value: 0, label: 'no number' })
    expect(read('gsm8k-flexible', '7', '7')?.value).toBe(1)
  })

  it('says nothing about samples without an answer', () => {
    const use = { id: 'exact-answer', variant: 'gsm8k-strict' }
    expect(scoreStored({ use, sample: plain, response: answer('#### 1') })).toEqual([])
  })
})

describe('perplexity per word and byte', () => {
  const measure = (variant: string, metadata: Record<string, string>) =>
    scoreAnswer({
      use: { id: 'perplexity', variant },
      sample: { ...plain, metadata },
      response: null,
      evidence: { watchLogProbs: null, openings: null, targetLogProbs: [-2, -3, -1] },
    })[0]

  it('divides the loss of the text by what the suite counted', () => {
    expect(measure('word', { words: '4' })).toMatchObject({
      name: 'word_nll',
      value: 1.5,
      weight: 4,
    })
    expect(measure('byte', { bytes: '12' })).toMatchObject({
      name: 'byte_nll',
      value: 0.5,
      weight: 12,
      evidence: '12 bytes, 0.7213 bits per byte',
    })
    const bits = measure('bits-per-byte', { bytes: '12' })
    expect(bits).toMatchObject({ name: 'bits_per_byte', weight: 12 })
    expect(bits?.value).toBeCloseTo(0.5 / Math.LN2, 12)
    expect(measure('token', {})).toMatchObject({ name: 'nll', value: 2, weight: 3 })
  })

  it('does not guess a count', () => {
    expect(measure('word', {})).toMatchObject({ value: null, weight: 0 })
    expect(measure('byte', { bytes: '0' })).toMatchObject({ value: null })
  })
})
