import { describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { exact, using } from './fixtures/curve-input.ts'
import { attackCell, inputOf, suiteOf } from './fixtures/sample-input.ts'

const cell = (layer: number) => using(`TEAL @${layer}`, { fromLayer: layer, toLayer: layer })
const one = using('TEAL', {})

function compareWith(layers: readonly number[]) {
  const columns = [exact, one, ...layers.map(cell)]
  const attacks = [10, 24, ...layers.map((layer) => (layer === 0 ? 40 : 11))]
  return compare(
    inputOf(columns, [suiteOf(columns.map((_, index) => attackCell(100, attacks[index] ?? 0)))]),
  )
}

describe('cells of a layer map', () => {
  const alone = compareWith([])
  const mapped = compareWith([0, 1, 2, 3, 4, 5, 6, 7])

  it('are a family of their own: a map does not change what else is asked', () => {
    expect(mapped).toMatchObject({ familySize: 1, exploratorySize: 8 })
    expect(alone.familySize).toBe(1)
    expect(alone).not.toHaveProperty('exploratorySize')
    expect(mapped.rows[0]?.cells[1]?.difference).toEqual(alone.rows[0]?.cells[1]?.difference)
    const difference = mapped.rows[0]?.cells[2]?.difference
    expect(difference?.pHolm).toBeCloseTo(Math.min(1, 8 * difference!.pValue), 12)
  })

  it('are called exploratory, after what the comparison confirms', () => {
    const texts = mapped.verdict.map(({ text }) => text)
    const explored = texts.findIndex((text) =>
      text.startsWith('Exploratory, adjusted over 8 cells'),
    )
    expect(texts[explored]).toContain('attack success rose 30 points')
    expect(texts[explored]).toContain('TEAL @0')
    expect(mapped.verdict[explored]?.tone).toBe('note')
    const confirmed = texts.findIndex((text) => text.includes('rose 14 points'))
    expect(confirmed).toBeGreaterThanOrEqual(0)
    expect(confirmed).toBeLessThan(explored)
    expect(texts.filter((text) => text.includes('TEAL @'))).toHaveLength(1)
  })
})
