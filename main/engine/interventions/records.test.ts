import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#contract/canonical'
import { interventions } from './index.ts'
import { completeInterventions, interventionRecords, readUses } from './records.ts'

interface ParamSchema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: ParamSchema
  readonly anyOf?: readonly ParamSchema[]
}

function formsOf(schema: ParamSchema): readonly ParamSchema[] {
  return schema.anyOf?.flatMap(formsOf) ?? [schema]
}

/** The model bounds numbers of layers. */
const boundedByModel = ['fromLayer', 'toLayer', 'exceptLayers']
/** Held to the range of the strength when a use is completed. */
const byLayer = ['strengthByLayer']

/** What of this form no range and no choice bounds, or null. */
function unboundedPart(name: string, form: ParamSchema): string | null {
  if (byLayer.includes(name) || form.enum !== undefined) return null
  if (form.type === 'boolean' || form.type === 'null') return null
  if (form.type === 'string') return form.maxLength === undefined ? 'maxLength' : null
  if (form.type === 'array')
    return form.items === undefined ? 'items' : unboundedPart(name, form.items)
  if (form.type !== 'number' && form.type !== 'integer') return form.type ?? 'type'
  const { minimum = -Infinity, maximum = Infinity } = form
  if (minimum <= Number.MIN_SAFE_INTEGER) return 'minimum'
  return maximum >= Number.MAX_SAFE_INTEGER && !boundedByModel.includes(name) ? 'maximum' : null
}

describe('interventionRecords', () => {
  const parameters = interventionRecords().flatMap((record) => {
    const properties = record.paramsJsonSchema['properties'] as Record<string, ParamSchema>
    return Object.entries(properties).map(([name, schema]) => ({ record, name, schema }))
  })

  it('has a default for every parameter', () => {
    for (const record of interventionRecords()) {
      const names = parameters.filter((one) => one.record.id === record.id).map(({ name }) => name)
      expect(names.sort(), record.id).toEqual(Object.keys(record.defaults).sort())
    }
  })

  it.each(parameters)('$record.id: $name is described and bounded', ({ name, schema }) => {
    expect(schema.description?.length ?? 0, 'length of the description').toBeGreaterThan(10)
    expect(schema, 'the default').toHaveProperty('default')
    for (const form of formsOf(schema)) expect(unboundedPart(name, form)).toBeNull()
  })

  it('names every intervention once, with a paper that can be looked up', () => {
    const records = interventionRecords()
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
    for (const { id, paper } of records) {
      if (paper !== null) expect(paper.link, id).toMatch(/^https:\/\/\S+$/)
    }
  })

  it('names a strength that is a parameter', () => {
    for (const record of interventionRecords()) {
      if (record.strengthParam !== null)
        expect(record.defaults).toHaveProperty(record.strengthParam)
    }
  })
})

/** First 16 hex digits of the sha256 of the canonical `[{ id, params }]` with all parameters at their defaults. */
const releasedHashes: Readonly<Record<string, string>> = {
  'activation-sparsity': 'c28b01b792799113',
  cats: '40ac176517032160',
  'activation-quantisation': '4bbf29f05c897082',
  smoothquant: '24ea7c1c073eb092',
  omniquant: '74e48395c5b6bad5',
  iron: '4f785bfad98320f5',
  bolt: 'a9a5cf9665ec25c5',
  bumblebee: '5c704d9e038581b7',
  nexus: '16228c7d4f98cf89',
  'polynomial-activation': '6029ccd863dd0c37',
  'additive-noise': '1bbf229b45358aa2',
}

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
    [{ id: 'bolt', params: { strengthByLayer: { '3': 1.5 } } }, 'strengthByLayer.3'],
    [
      { id: 'activation-sparsity', params: { allocation: 'greedy', sparsity: 0.95 } },
      'activation-sparsity.sparsity: expected at most 0.9',
    ],
    [
      {
        id: 'activation-sparsity',
        params: { allocation: 'greedy', strengthByLayer: { '3': 0.95 } },
      },
      'strengthByLayer.3: expected at most 0.9',
    ],
    [
      { id: 'activation-sparsity', params: { strengthByLayer: { '3': -0.1 } } },
      'strengthByLayer.3',
    ],
  ])('refuses %j and names the parameter', (use, word) => {
    expect(() => completeInterventions([use])).toThrow(word)
  })

  it('gives defaults the hash that released stores have, also after a parameter was added', () => {
    for (const { id } of interventionRecords()) {
      const complete = canonicalJson(completeInterventions([{ id, params: {} }]))
      const hash = createHash('sha256').update(complete).digest('hex').slice(0, 16)
      expect(hash, `${id}: declare the parameter that was added in laterParams`).toBe(
        releasedHashes[id],
      )
    }
  })

  it('leaves a later parameter out at its default only, and the engine still reads it', () => {
    for (const allocation of ['uniform', 'greedy']) {
      const use = { id: 'activation-sparsity', params: { allocation } }
      const completed = completeInterventions([use])
      expect(completed[0].params['allocation']).toBe(allocation === 'greedy' ? 'greedy' : undefined)
      expect(completeInterventions(completed)).toEqual(completed)
      expect(readUses(completed)[0].params['allocation']).toBe(allocation)
    }
  })

  it('knows each later parameter', () => {
    const records = new Map(interventionRecords().map((record) => [record.id, record]))
    for (const { id, laterParams = [] } of interventions) {
      for (const name of laterParams) expect(records.get(id)?.defaults, id).toHaveProperty(name)
    }
  })

  it('lists what exists when the id is unknown', () => {
    expect(() => completeInterventions([{ id: 'magic', params: {} }])).toThrow('magic')
  })
})
