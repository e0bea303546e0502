/** Reads the parameter schema of a catalogue record (JSON Schema from zod) into the fields of a form. */
import { scalesParam } from '#contract/configurations'
import type { Json } from '#contract/json'

interface FieldBase {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly default: Json | undefined
  /** Null may be chosen too. */
  readonly isNullable: boolean
}

export interface NumberField extends FieldBase {
  readonly kind: 'number'
  readonly isInteger: boolean
  readonly min: number | null
  readonly max: number | null
  /** The end itself is not allowed. */
  readonly isMinOpen: boolean
  readonly isMaxOpen: boolean
  readonly step: number
}

export type ParamField =
  | NumberField
  | (FieldBase & { readonly kind: 'boolean' })
  | (FieldBase & { readonly kind: 'choice'; readonly options: readonly Json[] })
  | (FieldBase & { readonly kind: 'choices'; readonly options: readonly Json[] })
  | (FieldBase & { readonly kind: 'text' })
  /** A file of trained scales, by path, name or sha256. */
  | (FieldBase & { readonly kind: 'scales' })
  | (FieldBase & { readonly kind: 'list'; readonly item: 'number' | 'integer' | 'text' })
  /** A number for each of some whole numbers: a strength by layer. */
  | (FieldBase & { readonly kind: 'record' })

type JsonObject = { readonly [key: string]: Json }

/** Fields in the schema's order. A property of a form that we do not know becomes a JSON text field, never dropped. */
export function readFields(schema: JsonObject): ParamField[] {
  const properties = objectOf(schema['properties'])
  return Object.entries(properties).map(([name, property]) => readField(name, objectOf(property)))
}

function readField(name: string, property: JsonObject): ParamField {
  const { inner, isNullable } = unwrapNull(property)
  const base: FieldBase = {
    name,
    title: textOf(inner['title']) ?? spelledOut(name),
    description: textOf(property['description']) ?? textOf(inner['description']) ?? '',
    default: 'default' in property ? property['default'] : inner['default'],
    isNullable,
  }
  const options = optionsOf(inner)
  if (options !== null) return { ...base, kind: 'choice', options }
  if (name === scalesParam && inner['type'] === 'string') return { ...base, kind: 'scales' }
  switch (inner['type']) {
    case 'boolean':
      return { ...base, kind: 'boolean' }
    case 'number':
    case 'integer':
      return { ...base, kind: 'number', ...rangeOf(inner) }
    case 'array': {
      const items = objectOf(inner['items'])
      const several = optionsOf(items)
      if (several !== null) return { ...base, kind: 'choices', options: several }
      const itemType = items['type']
      const item = itemType === 'number' || itemType === 'integer' ? itemType : 'text'
      return { ...base, kind: 'list', item }
    }
    case 'object': {
      const values = objectOf(inner['additionalProperties'])['type']
      const isRecord = values === 'number' || values === 'integer'
      return isRecord ? { ...base, kind: 'record' } : { ...base, kind: 'text' }
    }
    default:
      return { ...base, kind: 'text' }
  }
}

/** zod writes nullable as anyOf with a null branch. */
function unwrapNull(property: JsonObject): { inner: JsonObject; isNullable: boolean } {
  const branches = property['anyOf'] ?? property['oneOf']
  if (!Array.isArray(branches)) return { inner: property, isNullable: false }
  const others = branches.map(objectOf).filter((branch) => branch['type'] !== 'null')
  const isNullable = others.length < branches.length
  if (others.length === 1) return { inner: others[0] ?? property, isNullable }
  const constants = others.map((branch) => branch['const']).filter((value) => value !== undefined)
  return { inner: constants.length === others.length ? { enum: constants } : property, isNullable }
}

function optionsOf(inner: JsonObject): readonly Json[] | null {
  if (Array.isArray(inner['enum'])) return inner['enum']
  if (inner['const'] !== undefined) return [inner['const']]
  return null
}

function rangeOf(
  inner: JsonObject,
): Pick<NumberField, 'isInteger' | 'min' | 'max' | 'isMinOpen' | 'isMaxOpen' | 'step'> {
  const isInteger = inner['type'] === 'integer'
  const openMin = numberOf(inner['exclusiveMinimum'])
  const openMax = numberOf(inner['exclusiveMaximum'])
  const min = openMin ?? limitOf(inner['minimum'])
  const max = openMax ?? limitOf(inner['maximum'])
  const given = numberOf(inner['multipleOf'])
  const span = min !== null && max !== null ? max - min : null
  return {
    isInteger,
    min,
    max,
    isMinOpen: openMin !== null,
    isMaxOpen: openMax !== null,
    step: given ?? (isInteger ? 1 : span !== null && span <= 2 ? 0.01 : 0.1),
  }
}

/** zod bounds integers by the safe range; that is no range to tell people. */
function limitOf(value: Json | undefined): number | null {
  const limit = numberOf(value)
  return limit === null || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit
}

/** What is wrong with a value, as a sentence; null when it is fine. */
export function problemOf(field: ParamField, value: Json | undefined): string | null {
  if (value === null && field.isNullable) return null
  switch (field.kind) {
    case 'number':
      return numberProblem(field, value)
    case 'boolean':
      return typeof value === 'boolean' ? null : 'Choose yes or no.'
    case 'choice':
      return field.options.some((option) => option === value) ? null : 'Choose one of the options.'
    case 'choices':
      return Array.isArray(value) && value.length > 0 ? null : 'Choose at least one.'
    case 'list':
      if (Array.isArray(value)) return null
      return field.item === 'integer'
        ? 'Enter whole numbers with commas between them, or ranges such as 0-3.'
        : 'Enter values with commas between them.'
    case 'record':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? null
        : 'Enter pairs such as 0-3: 0.25, 7: 0.'
    case 'scales':
      return typeof value === 'string' ? null : 'Choose a file.'
    case 'text':
      return value === undefined ? 'Enter a value.' : null
  }
}

function numberProblem(field: NumberField, value: Json | undefined): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `Enter a number ${rangeText(field)}.`
  const isBelow = field.min !== null && (field.isMinOpen ? value <= field.min : value < field.min)
  const isAbove = field.max !== null && (field.isMaxOpen ? value >= field.max : value > field.max)
  if (isBelow || isAbove) return `${value} is outside: enter a number ${rangeText(field)}.`
  if (field.isInteger && !Number.isInteger(value)) return `${value} is not a whole number.`
  return null
}

/** `from 0 to 1`, `above 0`, `of at least 1`; empty without limits. */
export function rangeText(field: NumberField): string {
  const { min, max, isMinOpen, isMaxOpen } = field
  if (min !== null && max !== null) {
    const from = isMinOpen ? `above ${min}` : `from ${min}`
    return `${from} ${isMaxOpen ? `to below ${max}` : `to ${max}`}`
  }
  if (min !== null) return isMinOpen ? `above ${min}` : `of at least ${min}`
  if (max !== null) return isMaxOpen ? `below ${max}` : `of at most ${max}`
  return ''
}

/** `keepRatio` -> `Keep ratio`. */
export function spelledOut(name: string): string {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll(/[_-]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1).toLocaleLowerCase()
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null
}
