import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Json } from '#contract/json'
import { problemOf, rangeText, readFields, spelledOut } from './params-schema.ts'

/** The same path that a catalogue record takes: zod to JSON Schema to plain data. */
function fieldsOf(shape: z.ZodRawShape) {
  const schema = z.toJSONSchema(z.object(shape), { io: 'input' })
  return readFields(JSON.parse(JSON.stringify(schema)) as { [key: string]: Json })
}

describe('readFields', () => {
  it('reads a bounded number with default and description', () => {
    const [field] = fieldsOf({
      sparsity: z.number().min(0).max(0.95).default(0.5).describe('Share set to zero.'),
    })
    expect(field).toMatchObject({
      kind: 'number',
      title: 'Sparsity',
      min: 0,
      max: 0.95,
      default: 0.5,
      description: 'Share set to zero.',
      step: 0.01,
    })
  })

  it('does not show the safe integer range as a range', () => {
    const [field] = fieldsOf({ seed: z.number().int().min(0) })
    expect(field).toMatchObject({ isInteger: true, min: 0, max: null })
  })

  it('knows a file of trained scales by its name, and takes none for an answer', () => {
    const [field] = fieldsOf({ scales: z.string().min(1).nullable().default(null) })
    if (field === undefined) throw new Error('no field')
    expect(field).toMatchObject({ kind: 'scales', isNullable: true, default: null })
    expect(problemOf(field, null)).toBeNull()
    expect(problemOf(field, 'qwen-a6')).toBeNull()
  })

  it('reads an open end as open', () => {
    const [field] = fieldsOf({ scale: z.number().gt(0) })
    expect(field).toMatchObject({ min: 0, isMinOpen: true })
    expect(field?.kind === 'number' && rangeText(field)).toBe('above 0')
  })

  it('reads choices, switches and lists', () => {
    const kinds = fieldsOf({
      sites: z.enum(['all', 'mlp']),
      clip: z.boolean(),
      layers: z.array(z.number().int()),
      inputs: z.array(z.enum(['qkv', 'o'])),
      bits: z.union([z.literal(4), z.literal(8)]),
    }).map(({ kind }) => kind)
    expect(kinds).toEqual(['choice', 'boolean', 'list', 'choices', 'choice'])
  })

  it('reads lists of layers and values by layer', () => {
    const fields = fieldsOf({
      exceptLayers: z.array(z.number().int().min(0)).default([]),
      strengthByLayer: z.record(z.string().regex(/^\d+$/u), z.number()).default({}),
    })
    expect(fields).toMatchObject([{ kind: 'list', item: 'integer' }, { kind: 'record' }])
    expect(fields.map((field) => problemOf(field, 'x'))).toEqual([
      'Enter whole numbers with commas between them, or ranges such as 0-3.',
      'Enter pairs such as 0-3: 0.25, 7: 0.',
    ])
    expect([problemOf(fields[0]!, [1]), problemOf(fields[1]!, { 1: 0.5 })]).toEqual([null, null])
  })

  it('sees through nullable', () => {
    const [field] = fieldsOf({ limit: z.number().min(1).nullable().default(null) })
    expect(field).toMatchObject({ kind: 'number', isNullable: true, min: 1, default: null })
  })

  it('keeps a property of an unknown form as text instead of dropping it', () => {
    expect(readFields({ properties: { odd: {} } })).toMatchObject([{ kind: 'text', name: 'odd' }])
  })

  it('reads a schema without properties as no fields', () => {
    expect(readFields({})).toEqual([])
  })
})

describe('problemOf', () => {
  const [sparsity] = fieldsOf({ sparsity: z.number().min(0).max(0.95) })
  const [degree] = fieldsOf({ degree: z.number().int().min(2).max(12) })

  it.each([
    [0.5, null],
    [0, null],
    [1.2, '1.2 is outside: enter a number from 0 to 0.95.'],
    [null, 'Enter a number from 0 to 0.95.'],
    ['0.5', 'Enter a number from 0 to 0.95.'],
  ])('judges %j', (value, problem) => {
    expect(problemOf(sparsity!, value)).toBe(problem)
  })

  it('wants whole numbers where the schema does', () => {
    expect(problemOf(degree!, 2.5)).toBe('2.5 is not a whole number.')
  })
})

describe('texts', () => {
  it('spells names out', () => {
    expect([spelledOut('keepRatio'), spelledOut('per_token')]).toEqual(['Keep ratio', 'Per token'])
  })
})
