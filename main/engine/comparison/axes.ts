/** What sweeps and maps read of a comparison's columns: configurations, completed, and the names that a plan gave them. */
import type { Configuration, InterventionRecord } from '#contract/configurations'
import { interventionRecords } from '../interventions/records.ts'

export interface AxisColumn {
  readonly name: string
  readonly configuration: Configuration
}

/** Completed by the present defaults: a parameter that is younger than a stored configuration had its default then. */
export function completeColumns(columns: readonly AxisColumn[], records: Records): AxisColumn[] {
  return columns.map(({ name, configuration }) => ({
    name,
    configuration: {
      ...configuration,
      interventions: configuration.interventions.map(({ id, params }) => ({
        id,
        params: { ...records.get(id)?.defaults, ...params },
      })),
    },
  }))
}

export type Records = ReadonlyMap<string, InterventionRecord>

export function recordsById(): Records {
  return new Map(interventionRecords().map((record) => [record.id, record]))
}

/** `TEAL` of `TEAL sparsity=0.3` and `TEAL sparsity=0.7`; null when the names share no such beginning. */
export function stemOf(names: readonly string[], mark: string): string | null {
  const stems = names.map((name) => {
    const at = name.indexOf(mark)
    return at <= 0 ? null : name.slice(0, at) + name.slice(at + mark.length).replace(/^\S*/, '')
  })
  const [first = null] = stems
  return first !== null && stems.every((stem) => stem === first) ? first : null
}
