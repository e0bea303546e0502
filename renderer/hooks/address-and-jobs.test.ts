import { describe, expect, it } from 'vitest'
import type { Job, StoredSample } from '#contract/jobs'
import { mergeNewest } from './use-job-samples.ts'
import { summariseRun, withProgress, type Progress } from './use-live-runs.ts'
import { readKeys, toggled, writeKeys } from './use-selection.ts'

describe('keys in the address', () => {
  it('survive commas, percent signs and spaces', () => {
    const keys = ['a,b', '50% of it', 'ä']
    expect(readKeys(writeKeys(keys))).toEqual(keys)
  })

  it('are none where the address has none', () => {
    expect([readKeys(null), readKeys('')]).toEqual([[], []])
  })

  it('keep the order in which they were chosen', () => {
    expect(toggled(toggled(['a', 'b'], 'c'), 'a')).toEqual(['b', 'c'])
  })
})

const job = {
  id: 'j1',
  status: 'running',
  done: 10,
  failed: 0,
  total: 100,
  remainingMs: null,
} as Job
const heard: Progress = {
  jobId: 'j1',
  runId: 'r1',
  stage: 'running',
  stageDetail: 'batch 3',
  done: 12,
  failed: 1,
  total: 100,
  samplesPerSecond: 2,
  tokensPerSecond: 90,
  remainingMs: 44_000,
}

describe('withProgress', () => {
  it('shows what was heard of a running job', () => {
    const live = withProgress(job, new Map([['j1', heard]]))
    expect([live.done, live.failed, live.remainingMs, live.stageDetail]).toEqual([
      12,
      1,
      44_000,
      'batch 3',
    ])
  })

  it('never takes back samples that are already stored', () => {
    expect(withProgress({ ...job, done: 20 }, new Map([['j1', heard]])).done).toBe(20)
  })

  it('does not let an old notice speak for a job that has stopped', () => {
    const stopped = withProgress({ ...job, status: 'paused' }, new Map([['j1', heard]]))
    expect([stopped.done, stopped.stageDetail]).toEqual([10, ''])
  })
})

describe('summariseRun', () => {
  it('is running while one job runs, whatever the others are', () => {
    const jobs = [job, { ...job, status: 'failed' } as Job, { ...job, status: 'done' } as Job]
    expect(summariseRun(jobs)).toMatchObject({ state: 'running', done: 30, total: 300 })
  })

  it('does not hide a failed job behind a paused one', () => {
    const jobs = [{ ...job, status: 'failed' } as Job, { ...job, status: 'interrupted' } as Job]
    expect(summariseRun(jobs).state).toBe('failed')
  })

  it('knows no total while one is unknown', () => {
    expect(summariseRun([job, { ...job, total: null }]).total).toBeNull()
  })
})

describe('mergeNewest', () => {
  const sample = (rowId: number) => ({ rowId }) as StoredSample

  it('puts arriving samples in front and doubles none', () => {
    const merged = mergeNewest([sample(9), sample(8), sample(7)], [sample(8), sample(7)])
    expect(merged.map(({ rowId }) => rowId)).toEqual([9, 8, 7])
  })

  it('returns the same list when nothing is new, so that nothing is drawn again', () => {
    const known = [sample(8)]
    expect(mergeNewest([sample(8)], known)).toBe(known)
  })
})
