/** What is wrong with a plan, as sentences that name the field. */
import { isActbenchError } from '#contract/errors'

/** The result of `work`, or null with what it threw among the problems. */
export function attempt<T>(options: {
  readonly field: string
  readonly problems: string[]
  readonly work: () => T
}): T | null {
  try {
    return options.work()
  } catch (thrown) {
    options.problems.push(describe(options.field, thrown))
    return null
  }
}

/** Only what we say ourselves is a problem of the plan; anything else is a fault and goes on up. */
export function describe(field: string, thrown: unknown): string {
  if (!isActbenchError(thrown)) throw thrown
  const message = field === '' ? thrown.message : `${field}: ${thrown.message}`
  return thrown.remedy === null ? message : `${message}. ${thrown.remedy}`
}

export function repeated(field: string, names: readonly string[]): string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => `${field}: ${JSON.stringify(name)} is listed more than once`)
}
