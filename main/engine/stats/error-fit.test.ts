import { describe, expect, it } from 'vitest'
import { fitError } from './error-fit.ts'

describe('fitError', () => {
  it('gives the worked values and takes the likelier family', () => {
    const fit = fitError(Float32Array.of(0.01, -0.02, 0.03, -0.01, 0, 0.05, -0.04, 0.02))
    expect(fit?.mean).toBeCloseTo(0.005, 8)
    expect(fit?.sigma).toBeCloseTo(0.026925824, 8)
    expect(fit?.median).toBeCloseTo(0.005, 8)
    expect(fit?.b).toBeCloseTo(0.0225, 8)
    expect(fit?.logLikelihood.gauss).toBeCloseTo(17.565847, 5)
    expect(fit?.logLikelihood.laplace).toBeCloseTo(16.808743, 5)
    expect(fit?.family).toBe('gauss')
  })

  it('knows a peak with long tails', () => {
    const values = Float32Array.from({ length: 101 }, (_, i) => Math.sinh((i - 50) / 10))
    expect(fitError(values)?.family).toBe('laplace')
  })

  it('fits nothing to no error', () => {
    expect(fitError(new Float32Array(5))).toBeNull()
    expect(fitError(new Float32Array())).toBeNull()
  })
})
