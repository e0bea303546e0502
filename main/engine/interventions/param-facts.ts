/** What the JSON schema of a parameter tells about it: whether a list is a value of it, whether it begins at nothing. */
import type { InterventionRecord } from '#contract/configurations'
import type { Json } from '#contract/json'

export interface ParamFacts {
  /** A list is a value of it, as opposed to several values. */
  readonly acceptsList: boolean
  readonly isNumber: boolean
  /** Whole numbers only. */
  readonly isWhole: boolean
  /** Zero is its smallest value, as for a strength. */
  readonly beginsAtZero: boolean
  /** Words that it, or each item of it, may be; empty when it is no choice. */
  readonly words: readonly string[]
}

type Schema = Readonly<Record<string, Json>>

/** Null when the intervention has no such parameter. */
export function paramFacts(record: InterventionRecord, name: string): ParamFacts | null {
  const { properties } = record.paramsJsonSchema
  const schema = isSchema(properties) ? properties[name] : undefined
  if (!isSchema(schema)) return null
  const forms = formsOf(schema)
  const numbers = forms.filter(({ type }) => type === 'number' || type === 'integer')
  return {
    acceptsList: forms.some(({ type }) => type === 'array'),
    isNumber: numbers.length > 0,
    isWhole: numbers.length > 0 && numbers.every(({ type }) => type === 'integer'),
    beginsAtZero: numbers.length > 0 && numbers.every(({ minimum }) => minimum === 0),
    words: forms.flatMap(wordsOf),
  }
}

/** Its forms one by one: a nullable parameter has two. */
function formsOf(schema: Schema): Schema[] {
  const { anyOf, oneOf } = schema
  const several = Array.isArray(anyOf) ? anyOf : oneOf
  return Array.isArray(several) ? several.filter(isSchema).flatMap(formsOf) : [schema]
}

function wordsOf(schema: Schema): string[] {
  const choice = isSchema(schema['items']) ? schema['items']['enum'] : schema['enum']
  return Array.isArray(choice) ? choice.filter((word) => typeof word === 'string') : []
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
