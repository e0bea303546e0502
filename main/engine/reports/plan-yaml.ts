/** The plan that repeats a comparison, as YAML for `actbench run`. */
import { stringify } from 'yaml'
import type { Comparison } from '#contract/comparisons'
import type { Plan } from '#contract/plans'

/** A plan with the same configurations and suites, baseline first. Cells that were not run are skipped again. */
export function planYaml(comparison: Comparison): string {
  const columns = [...comparison.columns].sort(
    (a, b) => Number(b.isBaseline) - Number(a.isBaseline),
  )
  const names = uniqueNames(columns.map(({ name }) => name))
  const nameOfHash = new Map(columns.map(({ hash }, index) => [hash, names[index]]))
  const plan: Plan = {
    version: 1,
    name: comparison.title,
    configurations: columns.map(({ configuration }, index) => ({
      name: names[index],
      ...configuration,
    })),
    suites: comparison.suites.map((suite) => suite.plan ?? wholeSuite(suite.id)),
    skip: comparison.suites.flatMap((suite) =>
      comparison.columns.flatMap(({ hash }, index): [string, string][] =>
        suite.jobIds[index] === null ? [[nameOfHash.get(hash) ?? '', suite.id]] : [],
      ),
    ),
    batchSize: sameOrNull(comparison, 'batchSize'),
    threads: sameOrNull(comparison, 'threads'),
  }
  return stringify(plan, { lineWidth: 100 })
}

function wholeSuite(id: string): Plan['suites'][number] {
  return { id, limit: null, shuffleSeed: null, spread: false, only: 'all', scorers: null }
}

/** A plan needs unique names; two columns of different runs may share one. */
function uniqueNames(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const earlier = names.slice(0, index).filter((other) => other === name).length
    return earlier === 0 ? name : `${name} (${earlier + 1})`
  })
}

/** What all jobs had in common; null where they differ or nothing is recorded. */
function sameOrNull({ columns }: Comparison, key: 'batchSize' | 'threads'): number | null {
  const values = new Set(columns.flatMap((column) => column.environments.map((e) => e[key])))
  const [value] = values
  return values.size === 1 && value !== undefined ? value : null
}
