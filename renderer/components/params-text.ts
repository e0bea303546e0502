/** Parameter values as a person writes and reads them: lists, layers, values by layer. */
import type { Json } from '#contract/json'

/** A parameter's value as a person reads it. */
export function writeValue(value: Json): string {
  if (value === null) return 'none'
  if (typeof value === 'string') return value
  const text = editableText(value)
  return text === '' ? 'none' : text
}

/** The same as text to edit: empty where there is nothing. */
export function editableText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(writeValue).join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${writeValue(part)}`)
    .join(', ')
}

/** Text of a list field to its value; throws nothing: what is no number stays out and is seen as a problem. */
export function parseList(text: string, item: 'number' | 'text'): Json[] {
  const parts = partsOf(text)
  return item === 'text' ? parts : parts.map(Number).filter(Number.isFinite)
}

/** Whole numbers with commas between them, or ranges: `0-3, 7`. The text itself where it is none, so that it is a problem. */
export function parseWholeNumbers(text: string): Json {
  const numbers = partsOf(text).map(expandRange)
  return numbers.includes(null) ? text : [...new Set(numbers.flatMap((range) => range ?? []))]
}

/** `0-3: 0.25, 7: 0` to a value for each of the numbers; the text itself where it is none, so that it is a problem. */
export function parseRecord(text: string): Json {
  const record: Record<string, number> = {}
  for (const part of partsOf(text)) {
    const [names = '', ...rest] = part.split(':')
    const value = rest.join(':').trim()
    const range = expandRange(names.trim())
    if (range === null || value === '' || !Number.isFinite(Number(value))) return text
    for (const name of range) record[String(name)] = Number(value)
  }
  return record
}

/** Longer ranges are typing errors; no model has that many layers. */
const longestRange = 1000

/** `3` -> [3], `3-5` -> [3, 4, 5]; null when it is neither. */
function expandRange(text: string): number[] | null {
  const match = /^(\d+)(?:\s*[-–]\s*(\d+))?$/.exec(text)
  if (match === null) return null
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  if (last < first || last - first > longestRange) return null
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function partsOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
}

/** An intervention in a line. What says nothing (no end, no exceptions, from the first layer) is left out. */
export function interventionText({
  id,
  params,
}: {
  readonly id: string
  readonly params: Readonly<Record<string, Json>>
}): string {
  const said = Object.entries(params)
    .filter(([name, value]) => editableText(value) !== '' && !(name === 'fromLayer' && value === 0))
    .map(([name, value]) => `${name} ${writeValue(value)}`)
  return said.length === 0 ? id : `${id} (${said.join(', ')})`
}
