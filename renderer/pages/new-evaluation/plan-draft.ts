/** The draft of a plan on the New evaluation page: rows, columns and which cells run. Pure. */
import type { InterventionRecord, StoredConfiguration } from '#contract/configurations'
import type { Json } from '#contract/json'
import type { Plan, PlanSearch, PlanSuite } from '#contract/plans'
import type { JudgeUse, Partition, SuiteRecord } from '#contract/suites'
import { withBeams } from '../../components/decoding.ts'
import { readFields, type ParamField } from '../../components/params-schema.ts'

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

/** With the limit that its record proposes, which the page shows. */
export function newSuite({ id, usualLimit }: Pick<SuiteRecord, 'id' | 'usualLimit'>): PlanSuite {
  return {
    ...{ id, limit: usualLimit ?? null, shuffleSeed: null, spread: false, only: 'all' },
    scorers: null,
  }
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
    ...withoutSearch(plan, ({ configuration }) => configuration === name),
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
    ...(plan.search?.configuration === from
      ? { search: { ...plan.search, configuration: to } }
      : {}),
  }
}

/** A search for something that is not in the plan any more goes with it. */
function withoutSearch(
  { search, ...plan }: Plan,
  isConcerned: (search: PlanSearch) => boolean,
): Plan {
  return search === undefined || isConcerned(search) ? plan : { ...plan, search }
}

export function removeSuite(plan: Plan, id: string): Plan {
  return {
    ...withoutSearch(plan, ({ suite, utilitySuite }) => suite === id || utilitySuite === id),
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

type OptionalPart = 'judges' | 'locales' | 'partition' | 'examples'

/** Null takes the field away, as in a plan that never had it: the suite's own choice stands. */
function setPart<K extends OptionalPart>(
  plan: Plan,
  id: string,
  [key, value]: readonly [K, PlanSuite[K] | null],
): Plan {
  return {
    ...plan,
    suites: plan.suites.map((suite) => {
      if (suite.id !== id) return suite
      const { [key]: _, ...rest } = suite
      return (value === null ? rest : { ...rest, [key]: value }) as PlanSuite
    }),
  }
}

/** Judge models; none: no judging. */
export function setJudges(plan: Plan, id: string, judges: readonly JudgeUse[]): Plan {
  return setPart(plan, id, ['judges', judges.length === 0 ? null : [...judges]])
}

/** None: the suite's own choice. */
export function setLocales(plan: Plan, id: string, locales: readonly string[]): Plan {
  return setPart(plan, id, ['locales', locales.length === 0 ? null : [...locales]])
}

/** Test is what a plan that names none runs. */
export function setPartition(plan: Plan, id: string, partition: Partition): Plan {
  return setPart(plan, id, ['partition', partition === 'test' ? null : partition])
}

/** Worked examples before each question; null: the suite's own number. */
export function setExamples(plan: Plan, id: string, examples: number | null): Plan {
  return setPart(plan, id, ['examples', examples])
}

/** Of a text-to-text model; null: as many as the published models were run with. */
export function setBeams(plan: Plan, name: string, beams: number | null): Plan {
  return changeRow(plan, name, (row) => ({ ...row, decoding: withBeams(row.decoding, beams) }))
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

/** A parameter of a row that can take several values: each becomes a configuration of its own. */
export interface AxisField {
  /** Place among the row's interventions. */
  readonly use: number
  readonly interventionTitle: string
  readonly field: ParamField
  readonly isStrength: boolean
  /** Several values: an axis. One: as it is. */
  readonly values: readonly Json[]
}

/** Numbers and words of a row's interventions, each intervention's strength first. */
export function axisFields(row: PlanRow, catalogue: readonly InterventionRecord[]): AxisField[] {
  return row.interventions.flatMap(({ id, params }, use) => {
    const record = catalogue.find((candidate) => candidate.id === id)
    if (record === undefined) return []
    return readFields(record.paramsJsonSchema)
      .filter((field) => field.kind === 'number' || field.kind === 'choice')
      .map((field) => ({
        use,
        interventionTitle: record.title,
        field,
        isStrength: field.name === record.strengthParam,
        values: valuesOf(params[field.name]),
      }))
      .sort((a, b) => Number(b.isStrength) - Number(a.isStrength))
  })
}

function valuesOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** Several values as a list, a single one as itself, each once; without any the row stays as it is. */
export function setAxis(
  plan: Plan,
  name: string,
  { use, param, values }: { use: number; param: string; values: readonly Json[] },
): Plan {
  const unique = [...new Set(values)]
  const [first] = unique
  if (first === undefined) return plan
  const value = unique.length === 1 ? first : unique
  return changeRow(plan, name, (row) => ({
    ...row,
    interventions: row.interventions.map((other, index) =>
      index === use ? { ...other, params: { ...other.params, [param]: value } } : other,
    ),
  }))
}

/** One configuration for each layer (and kind of input); null: the row as it is. */
export function setMap(plan: Plan, name: string, map: PlanRow['map'] | null): Plan {
  return changeRow(plan, name, ({ map: _, ...row }) => (map == null ? row : { ...row, map }))
}

function changeRow(plan: Plan, name: string, change: (row: PlanRow) => PlanRow): Plan {
  return {
    ...plan,
    configurations: plan.configurations.map((row) => (row.name === name ? change(row) : row)),
  }
}

/** Whether starting writes more configurations than the plan shows rows. */
export function hasSeveral(plan: Plan): boolean {
  return plan.configurations.some(
    ({ map, interventions }) =>
      map !== undefined ||
      interventions.some(({ params }) => Object.values(params).some(Array.isArray)),
  )
}

/** Rows that a search can refine: exactly one list of numbers, and no map. */
export function searchableRows(plan: Plan, catalogue: readonly InterventionRecord[]): PlanRow[] {
  return plan.configurations.filter((row, index) => {
    const axes = axisFields(row, catalogue).filter(({ values }) => values.length > 1)
    return (
      index > 0 &&
      row.map === undefined &&
      axes.length === 1 &&
      axes[0]?.values.every((value) => typeof value === 'number') === true
    )
  })
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

/** A problem as the page says it: without the field's place in a plan file, as a sentence. */
export function problemText(problem: string): string {
  const text = problem.replace(/^(?:suites|configurations)(?:\[\d+\])?(?=[: ]):? ?/, '')
  return /[.!?]$/.test(text) ? text : `${text}.`
}
