/** The draft of a plan on the New evaluation page: rows, columns and which cells run. Pure. */
import type { InterventionRecord, StoredConfiguration } from '#contract/configurations'
import type { Json } from '#contract/json'
import type { Plan, PlanSuite } from '#contract/plans'

export type PlanRow = Plan['configurations'][number]

export const emptyPlan: Plan = {
  version: 1,
  name: 'Evaluation',
  configurations: [],
  suites: [],
  skip: [],
  batchSize: null,
  threads: null,
}

export function newSuite(id: string): PlanSuite {
  return { id, limit: null, shuffleSeed: null, spread: false, only: 'all', scorers: null }
}

/** A name that no other row has: ` 2`, ` 3` ... is put behind it. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  for (let count = 2; ; count += 1) {
    const candidate = `${name} ${count}`
    if (!taken.includes(candidate)) return candidate
  }
}

export function addConfiguration(plan: Plan, stored: StoredConfiguration): Plan {
  const name = freeName(
    stored.name,
    plan.configurations.map((row) => row.name),
  )
  return {
    ...plan,
    configurations: [...plan.configurations, { name, ...stored.configuration }],
  }
}

export function removeRow(plan: Plan, name: string): Plan {
  return {
    ...plan,
    configurations: plan.configurations.filter((row) => row.name !== name),
    skip: plan.skip.filter(([row]) => row !== name),
  }
}

export function renameRow(plan: Plan, from: string, to: string): Plan {
  return {
    ...plan,
    configurations: plan.configurations.map((row) =>
      row.name === from ? { ...row, name: to } : row,
    ),
    skip: plan.skip.map(([row, suite]) => [row === from ? to : row, suite]),
  }
}

export function removeSuite(plan: Plan, id: string): Plan {
  return {
    ...plan,
    suites: plan.suites.filter((suite) => suite.id !== id),
    skip: plan.skip.filter(([, suite]) => suite !== id),
  }
}

export function changeSuite(plan: Plan, id: string, part: Partial<PlanSuite>): Plan {
  return {
    ...plan,
    suites: plan.suites.map((suite) => (suite.id === id ? { ...suite, ...part } : suite)),
  }
}

export function isTicked(plan: Plan, name: string, suiteId: string): boolean {
  return !plan.skip.some(([row, suite]) => row === name && suite === suiteId)
}

export function toggleCell(plan: Plan, name: string, suiteId: string): Plan {
  return {
    ...plan,
    skip: isTicked(plan, name, suiteId)
      ? [...plan.skip, [name, suiteId]]
      : plan.skip.filter(([row, suite]) => !(row === name && suite === suiteId)),
  }
}

/** The first row is the baseline. */
export function makeBaseline(plan: Plan, name: string): Plan {
  const row = plan.configurations.find((candidate) => candidate.name === name)
  if (row === undefined) return plan
  return {
    ...plan,
    configurations: [row, ...plan.configurations.filter((other) => other !== row)],
  }
}

/** The intervention of a row whose strength can be swept: the first one that has a strength. */
export function sweptIntervention(
  row: PlanRow,
  catalogue: readonly InterventionRecord[],
): { index: number; param: string; value: Json | undefined } | null {
  for (const [index, use] of row.interventions.entries()) {
    const param = catalogue.find(({ id }) => id === use.id)?.strengthParam
    if (param != null) return { index, param, value: use.params[param] }
  }
  return null
}

/** One row for each strength in place of the row itself; a cell that was not ticked stays so. */
export function expandStrengths(
  plan: Plan,
  name: string,
  strengths: readonly number[],
  catalogue: readonly InterventionRecord[],
): Plan {
  const row = plan.configurations.find((candidate) => candidate.name === name)
  const swept = row === undefined ? null : sweptIntervention(row, catalogue)
  if (row === undefined || swept === null || strengths.length === 0) return plan
  const others = plan.configurations.filter((other) => other !== row).map((other) => other.name)
  const stem = name.replace(/\s+[\d.]+%?$/, '')
  const rows: PlanRow[] = []
  for (const strength of strengths) {
    rows.push({
      ...row,
      name: freeName(`${stem} ${strength}`, [...others, ...rows.map((made) => made.name)]),
      interventions: row.interventions.map((use, index) =>
        index === swept.index
          ? { ...use, params: { ...use.params, [swept.param]: strength } }
          : use,
      ),
    })
  }
  const skippedSuites = plan.skip.filter(([skipped]) => skipped === name).map(([, suite]) => suite)
  return {
    ...plan,
    configurations: plan.configurations.flatMap((other) => (other === row ? rows : [other])),
    skip: [
      ...plan.skip.filter(([skipped]) => skipped !== name),
      ...rows.flatMap((made) => skippedSuites.map((suite): [string, string] => [made.name, suite])),
    ],
  }
}

/** Why it cannot start yet; null when it can. */
export function draftProblem(plan: Plan): string | null {
  if (plan.configurations.length === 0) return 'Add a configuration.'
  if (plan.suites.length === 0) return 'Add a suite.'
  const names = plan.configurations.map(({ name }) => name.trim())
  if (names.some((name) => name === '')) return 'A configuration has no name.'
  if (new Set(names).size < names.length) return 'Two configurations have the same name.'
  const hasCell = plan.configurations.some((row) =>
    plan.suites.some((suite) => isTicked(plan, row.name, suite.id)),
  )
  return hasCell ? null : 'Tick at least one cell.'
}
