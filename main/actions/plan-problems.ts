/** What is wrong with a plan, as sentences that name the field. */
import { isActbenchError } from '#contract/errors'
import type { Plan } from '#contract/plans'

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

/** What is wrong with one configuration of the expanded plan, without its name. */
export interface ColumnFinding {
  /** Place in the written plan. */
  readonly written: number
  readonly name: string
  readonly texts: readonly string[]
}

/** So many configurations are named in one sentence. */
const mostNamed = 3

/**
 * One sentence for each thing that is wrong, however many configurations it is wrong with: a sweep of an unknown model has
 * one problem, not one for each of its points.
 */
export function columnProblems(
  { configurations }: Pick<Plan, 'configurations'>,
  findings: readonly ColumnFinding[],
): string[] {
  const points = Map.groupBy(findings, ({ written }) => written)
  const found = new Map<string, ColumnFinding[]>()
  for (const finding of findings) {
    for (const text of finding.texts) found.set(text, [...(found.get(text) ?? []), finding])
  }
  return [...found].map(([text, concerned]) => {
    const fields = [...Map.groupBy(concerned, ({ written }) => written)].flatMap(
      ([written, group]) => {
        const isWhole = group.length > 1 && group.length === points.get(written)?.length
        const names = isWhole
          ? [configurations[written]?.name ?? '']
          : group.map(({ name }) => name)
        return names.map((name) => `configurations[${written}] ${JSON.stringify(name)}`)
      },
    )
    const more = fields.length > mostNamed ? ` and ${fields.length - mostNamed} more` : ''
    return `${fields.slice(0, mostNamed).join(', ')}${more}: ${text}`
  })
}
