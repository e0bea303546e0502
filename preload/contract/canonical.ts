/**
 * One text for one value: keys sorted, no spaces, `undefined` members left out. Hashes of configurations, recipes and
 * plans are taken over this text, so equal values have equal hashes whatever the order in which they were written.
 * Throws `invalid-input` for what JSON cannot hold (NaN, Infinity, functions), because a silent `null` would
 * make different values equal.
 */
import { ActbenchError } from './errors.ts'

export function canonicalJson(value: unknown): string {
  return write(value, '$')
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notJson(path, String(value))
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`
  }
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${write(member, `${path}.${key}`)}`)
    return `{${members.join(',')}}`
  }
  throw notJson(path, typeof value)
}

function notJson(path: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `${path}: expected a JSON value, found ${found}`,
  })
}
