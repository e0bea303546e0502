import { describe, expect, it } from 'vitest'
import { createRng } from '../../stats/rng.ts'
import { fillNoise, keyOf, type NoiseFamily } from './keyed-noise.ts'
import { drawTable, tablePositions } from './noise-table.ts'

const draws = (family: NoiseFamily, key: number, count: number) => {
  const out = new Float32Array(count)
  fillNoise(family, key, out)
  return out
}

const expectNear = (found: Float32Array, expected: readonly number[]) =>
  expected.forEach((value, i) => expect(found[i], `draw ${i}`).toBeCloseTo(value, 6))

describe('keyed noise', () => {
  it('starts mulberry32 as published', () => {
    const rng = createRng(42)
    const bits = [2581720956, 1925393290, 3661312704, 2876485805, 750819978, 2261697747]
    expect(bits.map(() => rng.bits())).toEqual(bits)
    expect(createRng(0).bits()).toBe(1144304738)
  })

  it.each([
    [0, 0, 0, 0, 3049247236],
    [42, 0, 0, 0, 3856552458],
    [42, 3, 1, 17, 592159935],
    [42, 31, 0, 1023, 3346719169],
  ])(
    'has the key of seed %i, layer %i, site %i, position %i',
    (seed, layer, code, at, expected) => {
      expect(keyOf({ seed, layer, code }, at)).toBe(expected)
    },
  )

  it('draws the worked values', () => {
    expectNear(draws('gauss', 42, 4), [-0.956162229, 0.322070249, -0.273026104, -0.494672758])
    expectNear(draws('laplace', 42, 4), [0.225906746, -0.109166507, 1.220548042, 0.414709834])
    const scaled = draws('gauss', keyOf({ seed: 42, layer: 3, code: 1 }, 17), 4).map(
      (x) => 0.075 * x,
    )
    expectNear(scaled, [0.0390431103, 0.0812883316, -0.0088395292, 0.0786922748])
  })

  it.each<[NoiseFamily, number]>([
    ['gauss', 1],
    ['laplace', 2],
    ['uniform', 1],
  ])('%s has mean zero and variance %i', (family, variance) => {
    const values = draws(family, 42, 200_000)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const found = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(Math.abs(found / variance - 1)).toBeLessThan(0.02)
    if (family !== 'gauss') return
    expect(mean).toBeCloseTo(-0.000323, 5)
    expect(found).toBeCloseTo(0.997314, 5)
  })

  it('keeps uniform draws within sqrt 3', () => {
    const largest = draws('uniform', 1, 10_000).reduce((a, x) => Math.max(a, Math.abs(x)), 0)
    expect(largest).toBeLessThan(Math.sqrt(3))
    expect(largest).toBeGreaterThan(1.72)
  })
})

describe('the table', () => {
  it('has the draws of each position in its row, also at odd widths', () => {
    const part = { seed: 42, layer: 3, code: 1 }
    const bytes = drawTable({ ...part, family: 'gauss', positions: 20, width: 5 })
    const table = new Float32Array(bytes.buffer)
    expect(table.subarray(85, 90)).toEqual(draws('gauss', keyOf(part, 17), 5))
  })

  it('holds 1024 positions of a narrow model and what fits of a wide one', () => {
    expect(tablePositions(30 * 576)).toBe(1024)
    expect(tablePositions(28 * 8960)).toBe(267)
    expect(tablePositions(1e9)).toBe(16)
  })
})
