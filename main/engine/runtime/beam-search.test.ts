import { describe, expect, it } from 'vitest'
import { advanceBeams, startBeams, tokensKept } from './beam-search.ts'
import type { BeamSettings, BeamState, NextTokens } from './beam-search.ts'

const end = 9
const settings: BeamSettings = {
  beams: 2,
  maxNewTokens: 10,
  stopIds: new Set([end]),
  lengthPenalty: 1,
}

const next = (...pairs: readonly (readonly [token: number, logProb: number])[]): NextTokens => ({
  tokens: pairs.map(([token]) => token),
  logProbs: pairs.map(([, logProb]) => logProb),
})

const tokensOf = ({ running }: BeamState) => running.map(({ tokens }) => tokens)

/** Two beams, [1] at -0.5 and [2] at -1. */
const second = () =>
  advanceBeams(startBeams(), [next([1, -0.5], [2, -1], [3, -2], [4, -3])], settings)

describe('beam search', () => {
  it('branches in its first step and looks at twice as many tokens as beams', () => {
    const state = second()
    expect(tokensOf(state)).toEqual([[1], [2]])
    expect(state.parents).toEqual([0, 0])
    expect(state.isDone).toBe(false)
    expect(tokensKept({ beams: 4, stopIds: new Set([end]) })).toBe(8)
    expect(tokensKept({ beams: 4, stopIds: new Set() })).toBe(8)
  })

  it('has beams left to go on with where the likeliest tokens are two different ends', () => {
    const both = { ...settings, stopIds: new Set([end, end + 1]) }
    const kept = [
      next([end, -0.1], [end + 1, -0.2], [6, -5], [7, -6], [8, -7], [5, -8]),
      next([end, -0.1], [end + 1, -0.2], [6, -5], [7, -6], [8, -7], [5, -8]),
    ]
    expect(tokensKept(both)).toBe(6)
    const state = advanceBeams(second(), kept, both)
    expect(state.finished).toHaveLength(2)
    expect(tokensOf(state)).toEqual([
      [1, 6],
      [2, 6],
    ])
  })

  it('goes on with the likeliest sums, whichever beam they continue', () => {
    const state = advanceBeams(
      second(),
      [next([5, -3], [6, -4], [7, -5], [8, -6]), next([5, -0.25], [6, -1], [7, -2], [8, -3])],
      settings,
    )
    expect(tokensOf(state)).toEqual([
      [2, 5],
      [2, 6],
    ])
    expect(state.parents).toEqual([1, 1])
  })

  it('keeps an answer that ends among the best, and never goes on behind its end', () => {
    const state = advanceBeams(
      second(),
      [next([end, -0.1], [6, -0.2], [7, -5], [8, -6]), next([5, -3], [6, -4], [7, -5], [8, -6])],
      settings,
    )
    expect(state.finished).toHaveLength(1)
    expect(state.finished[0]).toMatchObject({ tokens: [1], logProbs: [-0.5], finishReason: 'stop' })
    // The end's own likelihood counts, and so does its place.
    expect(state.finished[0].score).toBeCloseTo((-0.5 - 0.1) / 2, 6)
    expect(tokensOf(state)).toEqual([
      [1, 6],
      [2, 5],
    ])
  })

  it('does not take an end that is no better than third', () => {
    const state = advanceBeams(
      second(),
      [next([6, -0.1], [7, -0.2], [end, -0.3], [8, -6]), next([5, -3], [6, -4], [7, -5], [8, -6])],
      settings,
    )
    expect(state.finished).toEqual([])
  })

  it('is done once nothing that is still going could become better than the worst answer', () => {
    const both = advanceBeams(
      second(),
      [next([end, -0.1], [6, -8], [7, -9], [8, -9]), next([end, -0.1], [6, -8], [7, -9], [8, -9])],
      settings,
    )
    expect(both.finished.map(({ tokens }) => tokens)).toEqual([[1], [2]])
    expect(both.isDone).toBe(true)
  })

  it('ends at the longest answer, with what is there', () => {
    const state = advanceBeams(
      second(),
      [next([5, -1], [6, -2], [7, -5], [8, -6]), next([5, -3], [6, -4], [7, -5], [8, -6])],
      { ...settings, maxNewTokens: 2 },
    )
    expect(state.isDone).toBe(true)
    expect(state.finished[0]).toMatchObject({ tokens: [1, 5], finishReason: 'length' })
  })

  it('ends where sums are not numbers', () => {
    const state = advanceBeams(startBeams(), [next([1, NaN], [2, NaN])], settings)
    expect(state.isDone).toBe(true)
    expect(state.finished).toEqual([])
  })
})
