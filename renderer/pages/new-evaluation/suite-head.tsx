import { Trash2 } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import type { Model } from '#contract/models'
import type { Plan, PlanSuite } from '#contract/plans'
import type { RubricRecord, Suite } from '#contract/suites'
import { Button, IconButton } from '../../components/button.tsx'
import { formatCount } from '../../format/numbers.ts'
import { Judges } from './judges.tsx'
import { Locales } from './locales.tsx'
import { SuiteOptions } from './suite-options.tsx'
import { changeSuite, removeSuite, setJudges, setLocales } from './plan-draft.ts'

const shuffleSeed = 1

/** How the limited samples are chosen, as one word. */
type Choice = 'first' | 'spread' | 'shuffled'

function choiceOf(suite: PlanSuite): Choice {
  if (suite.spread) return 'spread'
  return suite.shuffleSeed === null ? 'first' : 'shuffled'
}

const choices: Readonly<Record<Choice, Pick<PlanSuite, 'spread' | 'shuffleSeed'>>> = {
  first: { spread: false, shuffleSeed: null },
  spread: { spread: true, shuffleSeed: null },
  shuffled: { spread: false, shuffleSeed },
}

/** A suite of the plan: how many of its samples, and which. */
export function SuiteHead({
  plan,
  suite,
  record,
  rubrics,
  models,
  onChange,
}: {
  plan: Plan
  suite: PlanSuite
  record: Suite | undefined
  rubrics: readonly RubricRecord[]
  models: readonly Model[]
  onChange: (plan: Plan) => void
}): ReactNode {
  const id = useId()
  const title = record?.title ?? suite.id
  const all = record?.dataset?.sampleCount ?? null
  // Of utterances the engine takes the same ones in every language, evenly spread unless they are shuffled.
  const areUtterances = record?.kind === 'nlu'
  const what = areUtterances ? 'Utterances' : 'Samples'
  const change = (part: Partial<PlanSuite>) => onChange(changeSuite(plan, suite.id, part))
  return (
    <div className="stack tight">
      <div className="line" style={{ flexWrap: 'nowrap' }}>
        <span className="grow">{title}</span>
        <IconButton label={`Remove ${title}`} onClick={() => onChange(removeSuite(plan, suite.id))}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <div className="line" style={{ flexWrap: 'nowrap', fontWeight: 400 }}>
        <label
          htmlFor={id}
          className="small"
          title={areUtterances ? 'The same ones in every language' : undefined}
        >
          {what}
        </label>
        <input
          id={id}
          className="input numeric"
          type="number"
          min={1}
          placeholder={all === null || areUtterances ? 'all' : `all ${formatCount(all)}`}
          value={suite.limit ?? ''}
          onChange={(event) => {
            const limit = event.target.valueAsNumber
            change({ limit: Number.isInteger(limit) && limit > 0 ? limit : null })
          }}
        />
        {suite.limit !== null && (
          <Button
            look="quiet"
            aria-label={`All ${what.toLowerCase()} of ${title}`}
            onClick={() => change({ limit: null })}
          >
            all
          </Button>
        )}
        {suite.limit !== null && (
          <select
            className="select"
            aria-label={`Which ${what.toLowerCase()} of ${title}`}
            value={areUtterances && suite.shuffleSeed === null ? 'spread' : choiceOf(suite)}
            onChange={(event) => change(choices[event.target.value as Choice])}
          >
            {!areUtterances && <option value="first">first ones</option>}
            <option value="spread">evenly spread</option>
            <option value="shuffled">shuffled, seed {shuffleSeed}</option>
          </select>
        )}
      </div>
      {record?.locales !== undefined && (
        <Locales
          suite={suite}
          locales={record.locales}
          onChange={(locales) => onChange(setLocales(plan, suite.id, locales))}
        />
      )}
      <SuiteOptions plan={plan} suite={suite} record={record} onChange={onChange} />
      <Judges
        suite={suite}
        record={record}
        rubrics={rubrics}
        models={models}
        onChange={(judges) => onChange(setJudges(plan, suite.id, judges))}
      />
    </div>
  )
}
