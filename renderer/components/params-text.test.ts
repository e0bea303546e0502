import { describe, expect, it } from 'vitest'
import {
  editableText,
  interventionText,
  parseList,
  parseRecord,
  parseWholeNumbers,
  writeValue,
} from './params-text.ts'

describe('lists', () => {
  it('are read from commas and lines; what is no number stays out', () => {
    expect([parseList('0.1, 0.5\nx,,2', 'number'), parseList('a, b', 'text')]).toEqual([
      [0.1, 0.5, 2],
      ['a', 'b'],
    ])
  })

  it('of whole numbers take ranges, each number once', () => {
    expect(parseWholeNumbers('0-3, 2, 7')).toEqual([0, 1, 2, 3, 7])
  })

  it('of whole numbers stay text where they are none, so that the form can say so', () => {
    expect(['1, x', '5-2', '1.5', '-1'].map(parseWholeNumbers)).toEqual([
      '1, x',
      '5-2',
      '1.5',
      '-1',
    ])
  })

  it('may be empty', () => {
    expect([parseWholeNumbers(''), parseRecord(' ')]).toEqual([[], {}])
  })
})

describe('values by layer', () => {
  it('are read one by one and by range', () => {
    expect(parseRecord('0-2: 0.25, 7: 0')).toEqual({ 0: 0.25, 1: 0.25, 2: 0.25, 7: 0 })
  })

  it('stay text where a layer or a value is missing', () => {
    expect(['3', '3:', 'a: 1', '3: x'].map(parseRecord)).toEqual(['3', '3:', 'a: 1', '3: x'])
  })

  it('are written as they are read', () => {
    const value = { 0: 0.25, 7: 0 }
    expect(parseRecord(editableText(value))).toEqual(value)
  })
})

describe('writeValue', () => {
  it('says none of nothing', () => {
    expect([null, [], {}].map(writeValue)).toEqual(['none', 'none', 'none'])
  })
})

describe('interventionText', () => {
  it('leaves out what says nothing', () => {
    const params = {
      sparsity: 0.5,
      inputs: ['qkv', 'o'],
      fromLayer: 0,
      toLayer: null,
      exceptLayers: [],
      strengthByLayer: {},
    }
    expect(interventionText({ id: 'activation-sparsity', params })).toBe(
      'activation-sparsity (sparsity 0.5, inputs qkv, o)',
    )
    expect(interventionText({ id: 'x', params: { ...params, exceptLayers: [0, 1] } })).toContain(
      'exceptLayers 0, 1',
    )
  })

  it('is the name alone without parameters', () => {
    expect(interventionText({ id: 'x', params: {} })).toBe('x')
  })
})
