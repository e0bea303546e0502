import { describe, expect, it } from 'vitest'
import { errorFits, issuePassport, logitDivergence, relativeError } from './passport.ts'
import { hashOf } from './recipe.ts'

describe('logitDivergence', () => {
  it('is zero for equal logits and for logits shifted by a constant', () => {
    const logits = new Float32Array([1, 2, 3, 0, -1, 5])
    expect(logitDivergence(logits, logits, 3).klNats).toBeCloseTo(0, 12)
    const shifted = logits.map((value) => value + 4)
    expect(logitDivergence(logits, shifted, 3).klNats).toBeCloseTo(0, 6)
    expect(logitDivergence(logits, shifted, 3).top1Agreement).toBe(1)
  })

  it('equals the closed form of two coins', () => {
    // P = (0.5, 0.5), Q = (0.8, 0.2): KL = 0.5 ln(0.5/0.8) + 0.5 ln(0.5/0.2)
    const p = new Float32Array([0, 0])
    const q = new Float32Array([Math.log(0.8), Math.log(0.2)])
    const expected = 0.5 * Math.log(0.5 / 0.8) + 0.5 * Math.log(0.5 / 0.2)
    expect(logitDivergence(p, q, 2).klNats).toBeCloseTo(expected, 6)
  })

  it('counts positions whose best token moved', () => {
    const before = new Float32Array([2, 1, 0, 3])
    const after = new Float32Array([1, 2, 0, 3])
    expect(logitDivergence(before, after, 2).top1Agreement).toBe(0.5)
    expect(logitDivergence(before, after, 2).maxAbs).toBe(1)
  })
})

describe('relativeError', () => {
  it('is the ratio of Frobenius norms', () => {
    expect(relativeError(new Float32Array([3, 4]), new Float32Array([3, 4]))).toBe(0)
    expect(relativeError(new Float32Array([3, 4]), new Float32Array([0, 0]))).toBe(1)
  })
})

describe('errorFits', () => {
  const mlp = (up: number[][]) => ({
    logits: new Float32Array(),
    residuals: [],
    mlp: { up: up.map((values) => Float32Array.from(values)), down: [Float32Array.of(1, 2)] },
  })

  it('takes medians over the layers that have an error, and leaves out a site without', () => {
    const before = mlp([
      [0, 0],
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    const after = mlp([
      [0, 0],
      [-1, 1],
      [-2, 4],
      [-3, 7],
    ])
    const fits = errorFits(before, after)
    expect(fits).toEqual([{ site: 'up', sigma: 3, b: 3, layers: 3, laplaceLayers: 0 }])
  })

  it('is empty where nothing was read', () => {
    const bare = { logits: new Float32Array(), residuals: [] }
    expect(errorFits(bare, bare)).toEqual([])
  })
})

describe('issuePassport', () => {
  const reading = { logits: new Float32Array([0, 1]), residuals: [new Float32Array([1])] }
  const parts = {
    recipe: { a: 1 },
    reference: reading,
    changed: reading,
    strengthZeroMaxAbs: 1e-5,
    vocab: 2,
    interventions: [{ id: 'x', sitesChanged: 1, siteNames: ['s'] }],
    probe: { textHash: 'h', tokens: 1 },
    calibration: [],
    trainedScales: [],
    issuedAt: 0,
  }

  it('names trained scales where there are some, and has no such field otherwise', () => {
    const entry = { interventionId: 'x', name: 'n', sha256: 's', bits: 4 }
    const scales = [{ ...entry, text: 't', textSha256: 'h', tokens: 1 }]
    expect(issuePassport({ ...parts, trainedScales: scales }).trainedScales).toEqual(scales)
    expect(issuePassport(parts)).not.toHaveProperty('trainedScales')
  })

  it('verifies when strength zero leaves the logits alone', () => {
    expect(issuePassport(parts).isVerified).toBe(true)
    expect(issuePassport(parts).recipeHash).toBe(hashOf({ a: 1 }))
  })

  it('does not verify when strength zero changes them', () => {
    const passport = issuePassport({ ...parts, strengthZeroMaxAbs: 0.5 })
    expect(passport.isVerified).toBe(false)
    expect(passport.strengthZeroHolds).toBe(false)
  })
})
