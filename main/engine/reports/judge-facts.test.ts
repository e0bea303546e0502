import { describe, expect, it } from 'vitest'
import { compare } from '../comparison/index.ts'
import { richInput } from '../comparison/fixtures/sample-input.ts'
import { factsOfJudges } from './facts.ts'

describe('factsOfJudges', () => {
  it('gives the very question that a judge model was asked', () => {
    const { rows } = compare(richInput(1, 5))
    const row = {
      ...rows[0],
      scorer: 'judge-harmbench',
      variant: 'qwen@12',
      judge: 'judge-harmbench (qwen@12)',
    }
    const [fact] = factsOfJudges([row])
    expect(fact).toMatchObject({ name: 'judge-harmbench (qwen@12)' })
    expect(fact.text).toContain('The judge qwen@12 was asked:')
    expect(fact.text).toContain('=== BEGIN ANSWER ===\\n{response}')
  })

  it('says of a judge that this version does not have that it does not know it', () => {
    const { rows } = compare(richInput(1, 5))
    const [fact] = factsOfJudges([{ ...rows[0], scorer: 'judge-other', judge: 'other' }])
    expect(fact).toEqual({ name: 'other', text: 'unknown to this version' })
  })
})
