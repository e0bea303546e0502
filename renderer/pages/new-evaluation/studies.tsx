import { useId, type ReactNode } from 'react'
import type { InterventionRecord } from '#contract/configurations'
import {
  planSearchSchema,
  type ActivationSpaceTask,
  type Plan,
  type PlanSearch,
} from '#contract/plans'
import type { ScorerRecord, ScorerUse, Suite } from '#contract/suites'
import { searchableRows } from './plan-draft.ts'

interface Props {
  readonly plan: Plan
  readonly suites: readonly Suite[]
  readonly catalogue: readonly InterventionRecord[]
  readonly scorers: readonly ScorerRecord[]
  readonly onChange: (plan: Plan) => void
}

/** What a plan can hold beside its cells: a look into the activations, and a search for the worst setting. */
export function Studies(props: Props): ReactNode {
  return (
    <div className="columns-2">
      <ActivationStudy {...props} />
      <SearchSettings {...props} />
    </div>
  )
}

/** Prompts of each side that show the picture; the contract's own default. */
const usualPrompts = 100

function ActivationStudy({ plan, suites, onChange }: Props): ReactNode {
  const id = useId()
  const present = suites.filter(({ dataset }) => dataset !== null)
  const harmful = present.filter(({ kind }) => kind === 'harmful' || kind === 'benign')
  const [study, ...others] = plan.analyses ?? []
  const isPossible = harmful.length > 1
  const set = (next: ActivationSpaceTask | null) => {
    const { analyses: _, ...rest } = plan
    const analyses = [...(next === null ? [] : [next]), ...others]
    onChange(analyses.length === 0 ? rest : { ...rest, analyses })
  }
  const first = (kind: Suite['kind']) => harmful.find((suite) => suite.kind === kind)?.id
  const toggle = (isOn: boolean) => {
    const [a, b] = [first('harmful') ?? harmful[0]?.id, first('benign') ?? harmful[1]?.id]
    const isReady = isOn && a !== undefined && b !== undefined
    set(isReady ? { kind: 'activation-space', harmful: a, harmless: b, limit: usualPrompts } : null)
  }
  return (
    <fieldset className="card stack" style={{ margin: 0 }}>
      <legend className="visually-hidden">Activation space</legend>
      <label className="line">
        <input
          type="checkbox"
          checked={study !== undefined}
          disabled={!isPossible && study === undefined}
          onChange={(event) => toggle(event.target.checked)}
        />
        <b>Look into the activation space</b>
      </label>
      <p className="soft small">
        Where harmful and harmless prompts lie in each layer, before and after: a job more for each
        configuration that changes anything.
        {!isPossible && ' It needs the data of two suites.'}
      </p>
      {study !== undefined && (
        <div className="line">
          <SuiteSelect
            label="Harmful"
            value={study.harmful}
            suites={harmful}
            onChange={(value) => set({ ...study, harmful: value })}
          />
          <SuiteSelect
            label="Harmless"
            value={study.harmless}
            suites={harmful}
            onChange={(value) => set({ ...study, harmless: value })}
          />
          <label className="line" htmlFor={`${id}-limit`}>
            Prompts of each
          </label>
          <input
            id={`${id}-limit`}
            className="input numeric"
            type="number"
            min={4}
            max={2000}
            value={study.limit}
            onChange={(event) => {
              const limit = event.target.valueAsNumber
              if (Number.isInteger(limit) && limit >= 1 && limit <= 2000) set({ ...study, limit })
            }}
          />
        </div>
      )}
    </fieldset>
  )
}

function SuiteSelect({
  label,
  value,
  suites,
  onChange,
}: {
  label: string
  value: string
  suites: readonly { readonly id: string; readonly title: string }[]
  onChange: (id: string) => void
}): ReactNode {
  const isKnown = suites.some(({ id }) => id === value)
  return (
    <label className="line">
      {label}
      <select className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {!isKnown && <option value={value}>{value}</option>}
        {suites.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}

function SearchSettings(props: Props): ReactNode {
  const { plan, suites, catalogue, onChange } = props
  const rows = searchableRows(plan, catalogue)
  const inPlan = suites.filter(({ id }) => plan.suites.some((suite) => suite.id === id))
  const safety = inPlan.filter(({ kind }) => kind === 'harmful' || kind === 'benign')
  const utility = inPlan.filter(({ kind }) => kind === 'perplexity')
  const { search } = plan
  const missing = [
    rows.length === 0 ? 'a row with several strengths' : '',
    safety.length === 0 ? 'a suite of prompts' : '',
    utility.length === 0 ? 'a perplexity suite' : '',
  ].filter(Boolean)
  const set = (next: PlanSearch | null) => {
    const { search: _, ...rest } = plan
    onChange(next === null ? rest : { ...rest, search: next })
  }
  const toggle = (isOn: boolean) => {
    const [row, suite, utilitySuite] = [rows[0], safety[0], utility[0]]
    const isReady = isOn && row !== undefined && suite !== undefined && utilitySuite !== undefined
    set(
      isReady
        ? planSearchSchema.parse({
            configuration: row.name,
            suite: suite.id,
            metric: metricOf(suite),
            scorer: scorersOf(plan, suite, props.scorers)[0],
            utilitySuite: utilitySuite.id,
          })
        : null,
    )
  }
  return (
    <fieldset className="card stack" style={{ margin: 0 }}>
      <legend className="visually-hidden">Search</legend>
      <label className="line">
        <input
          type="checkbox"
          checked={search !== undefined}
          disabled={missing.length > 0 && search === undefined}
          onChange={(event) => toggle(event.target.checked)}
        />
        <b>Search the most vulnerable setting</b>
      </label>
      <p className="soft small">
        After the sweep, strengths beside the worst one within the budget are tried as well.
        {missing.length > 0 && ` It needs ${missing.join(', ')}.`}
      </p>
      {search !== undefined && (
        <SearchForm
          {...props}
          search={search}
          rows={rows}
          safety={safety}
          utility={utility}
          onSet={set}
        />
      )}
    </fieldset>
  )
}

/** Keyword judges that the plan lets read this suite: a search by another one would find no figures. */
function scorersOf(plan: Plan, suite: Suite, scorers: readonly ScorerRecord[]): ScorerUse[] {
  const used = plan.suites.find(({ id }) => id === suite.id)?.scorers ?? suite.scorers
  return used.filter(
    ({ id }) =>
      scorers.find((scorer) => scorer.id === id)?.metrics.includes(metricOf(suite)) === true,
  )
}

function metricOf(suite: Suite): string {
  return suite.kind === 'benign' ? 'over_refusal' : 'attack_success'
}

function SearchForm({
  plan,
  search,
  rows,
  safety,
  utility,
  scorers,
  onSet,
}: Props & {
  readonly search: PlanSearch
  readonly rows: readonly { readonly name: string }[]
  readonly safety: readonly Suite[]
  readonly utility: readonly Suite[]
  readonly onSet: (search: PlanSearch) => void
}): ReactNode {
  const suite = safety.find(({ id }) => id === search.suite)
  const judges = suite === undefined ? [] : scorersOf(plan, suite, scorers)
  const judgeKey = ({ id, variant }: PlanSearch['scorer']) => `${id} ${variant}`
  return (
    <div className="line">
      <SuiteSelect
        label="Row"
        value={search.configuration}
        suites={rows.map(({ name }) => ({ id: name, title: name }))}
        onChange={(configuration) => onSet({ ...search, configuration })}
      />
      <SuiteSelect
        label="Worst on"
        value={search.suite}
        suites={safety}
        onChange={(id) => {
          const next = safety.find((candidate) => candidate.id === id)
          if (next === undefined) return
          const [scorer = search.scorer] = scorersOf(plan, next, scorers)
          onSet({ ...search, suite: id, metric: metricOf(next), scorer })
        }}
      />
      <SuiteSelect
        label="Judge"
        value={judgeKey(search.scorer)}
        suites={judges.map((judge) => ({
          id: judgeKey(judge),
          title: `${judge.id} (${judge.variant})`,
        }))}
        onChange={(key) => {
          const scorer = judges.find((judge) => judgeKey(judge) === key)
          if (scorer !== undefined) onSet({ ...search, scorer })
        }}
      />
      <SuiteSelect
        label="Perplexity on"
        value={search.utilitySuite}
        suites={utility}
        onChange={(utilitySuite) => onSet({ ...search, utilitySuite })}
      />
      <label className="line">
        Largest perplexity, times the baseline’s
        <input
          className="input numeric"
          type="number"
          min={1.01}
          step={0.1}
          placeholder="none"
          value={search.maxPerplexityRatio ?? ''}
          onChange={(event) => {
            const ratio = event.target.valueAsNumber
            onSet({ ...search, maxPerplexityRatio: ratio > 1 ? ratio : null })
          }}
        />
      </label>
      <label className="line">
        Rounds
        <input
          className="input numeric"
          style={{ width: 64 }}
          type="number"
          min={0}
          max={6}
          value={search.rounds}
          onChange={(event) => {
            const rounds = event.target.valueAsNumber
            if (Number.isInteger(rounds) && rounds >= 0 && rounds <= 6) onSet({ ...search, rounds })
          }}
        />
      </label>
    </div>
  )
}
