import { describe, expect, it } from 'vitest'
import { describeProgress } from './progress.ts'

const progress = {
  jobId: 'j',
  runId: 'r',
  done: 3,
  failed: 0,
  total: 200,
  stage: 'running' as const,
  stageDetail: 'AdvBench',
  samplesPerSecond: null,
  tokensPerSecond: null,
  remainingMs: null,
}

describe('progress', () => {
  it('counts the samples of an evaluation', () => {
    expect(describeProgress(progress, 'evaluation')).toBe('3 of 200')
    expect(describeProgress({ ...progress, failed: 1, remainingMs: 4000 }, 'judging')).toContain(
      '3 of 200, 1 failed, ',
    )
  })

  it('says how far a study is in its own words', () => {
    const study = { ...progress, done: 0, stageDetail: 'Exact model: 40 of 100 prompts' }
    expect(describeProgress(study, 'activation-space')).toBe('Exact model: 40 of 100 prompts')
    const loading = { ...study, stage: 'loading' as const, stageDetail: 'Opening' }
    expect(describeProgress(loading, 'activation-space')).toBe('loading Opening')
  })
})
