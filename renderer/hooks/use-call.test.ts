import { describe, expect, it } from 'vitest'
import {
  concernsRuns,
  createRefresher,
  idleCall,
  nextCallState,
  type CallState,
} from './use-call.ts'

const error = {
  code: 'storage',
  message: 'The disk is full.',
  remedy: null,
  details: null,
} as const

describe('nextCallState', () => {
  it('keeps the old rows while newer ones are under way', () => {
    const full: CallState<string[]> = { data: ['a'], error: null, isPending: false }
    expect(nextCallState(full, { kind: 'asked', keepsData: true })).toEqual({
      data: ['a'],
      error: null,
      isPending: true,
    })
  })

  it('keeps the last good answer beside the error of a failed refresh', () => {
    const full: CallState<string[]> = { data: ['a'], error: null, isPending: true }
    expect(nextCallState(full, { kind: 'failed', error })).toEqual({
      data: ['a'],
      error,
      isPending: false,
    })
  })

  it('forgets an earlier error when an answer arrives', () => {
    const failed: CallState<string[]> = { data: null, error, isPending: true }
    expect(nextCallState(failed, { kind: 'answered', data: [] })).toEqual({
      data: [],
      error: null,
      isPending: false,
    })
  })

  it('starts with nothing asked', () => {
    expect(idleCall).toEqual({ data: null, error: null, isPending: false })
  })
})

describe('a refresher', () => {
  it('asks once more after an answer, however much was heard while it was under way', () => {
    let asks = 0
    const refresher = createRefresher(() => (asks += 1))
    refresher.heard()
    expect(asks).toBe(1)
    refresher.asked()
    for (let event = 0; event < 10; event++) refresher.heard()
    expect(asks, 'before the answer').toBe(1)
    refresher.settled()
    expect(asks).toBe(2)
    refresher.asked()
    refresher.settled()
    expect(asks, 'nothing was heard meanwhile').toBe(2)
  })

  it('takes another question for a fresh one', () => {
    let asks = 0
    const refresher = createRefresher(() => (asks += 1))
    refresher.asked()
    refresher.heard()
    refresher.asked()
    refresher.settled()
    expect(asks).toBe(0)
  })
})

it('jobs of other runs change no answer about some runs', () => {
  expect(concernsRuns({ id: 'a', runId: 'r' }, ['r', 's'])).toBe(true)
  expect(concernsRuns({ id: 'a', runId: 'other' }, ['r', 's'])).toBe(false)
  expect(concernsRuns({ id: 'a', runId: 'other' }, undefined)).toBe(true)
  expect(concernsRuns({}, ['r'])).toBe(true)
})
