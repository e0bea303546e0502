import { describe, expect, it } from 'vitest'
import { completeInterventions, interventionRecords } from './records.ts'

describe('interventionRecords', () => {
  it('describes every parameter with a range or a choice', () => {
    for (const record of interventionRecords()) {
      const properties = record.paramsJsonSchema['properties'] as Record<
        string,
        { description?: string }
      >
      expect(Object.keys(properties).sort(), record.id).toEqual(Object.keys(record.defaults).sort())
      for (const [name, property] of Object.entries(properties)) {
        expect(property.description, `${record.id}.${name}`).toBeTruthy()
      }
    }
  })

  it('names a strength that is a parameter', () => {
    for (const record of interventionRecords()) {
      if (record.strengthParam !== null)
        expect(record.defaults).toHaveProperty(record.strengthParam)
    }
  })
})

describe('completeInterventions', () => {
  it('writes defaults out', () => {
    const [use] = completeInterventions([{ id: 'activation-sparsity', params: { sparsity: 0.3 } }])
    expect(use.params).toEqual({
      sparsity: 0.3,
      thresholdRule: 'absolute',
      prefill: 'all',
      inputs: ['qkv', 'o', 'gate-up', 'down'],
      fromLayer: 0,
      toLayer: null,
      exceptLayers: [],
      strengthByLayer: {},
    })
  })

  it.each([
    [{ id: 'activation-sparsity', params: { sparsity: 1.5 } }, 'sparsity'],
    [{ id: 'activation-quantisation', params: { bits: 1 } }, 'bits'],
    [{ id: 'activation-quantisation', params: { bit: 4 } }, 'bit'],
    [{ id: 'polynomial-activation', params: { silu: 'cubic' } }, 'silu'],
  ])('refuses %j and names the parameter', (use, word) => {
    expect(() => completeInterventions([use])).toThrow(word)
  })

  it('lists what exists when the id is unknown', () => {
    expect(() => completeInterventions([{ id: 'magic', params: {} }])).toThrow('magic')
  })
})
