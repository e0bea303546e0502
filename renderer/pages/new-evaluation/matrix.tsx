import { ArrowUpToLine, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { InterventionRecord } from '#contract/configurations'
import type { Model, ModelTask } from '#contract/models'
import type { Plan } from '#contract/plans'
import type { RubricRecord, Suite } from '#contract/suites'
import { IconButton } from '../../components/button.tsx'
import { Beams } from '../../components/beams.tsx'
import { Letter } from '../../components/letter.tsx'
import { precisionWords, shortId } from '../../format/words.ts'
import { seriesAt } from '../../format/series.ts'
import {
  isTicked,
  makeBaseline,
  removeRow,
  renameRow,
  setBeams,
  toggleCell,
  type PlanRow,
} from './plan-draft.ts'
import { SeveralValues } from './several-values.tsx'
import { SuiteHead } from './suite-head.tsx'

interface MatrixProps {
  readonly plan: Plan
  readonly suites: readonly Suite[]
  readonly catalogue: readonly InterventionRecord[]
  readonly rubrics: readonly RubricRecord[]
  readonly models: readonly Model[]
  readonly onChange: (plan: Plan) => void
}

/** The plan as a table: rows are configurations, columns are suites, ticked cells become jobs. */
export function Matrix(props: MatrixProps): ReactNode {
  const { plan, suites, catalogue, onChange } = props
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Plan">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Configuration</th>
            {plan.suites.map((suite) => (
              <th key={suite.id} scope="col">
                <SuiteHead
                  plan={plan}
                  suite={suite}
                  record={suites.find(({ id }) => id === suite.id)}
                  rubrics={props.rubrics}
                  models={props.models}
                  onChange={onChange}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.configurations.map((row, index) => (
            <tr key={index}>
              <th scope="row" style={{ fontWeight: 400 }}>
                <RowHead
                  row={row}
                  index={index}
                  plan={plan}
                  catalogue={catalogue}
                  task={props.models.find(({ id }) => id === row.modelId)?.task}
                  onChange={onChange}
                />
              </th>
              {plan.suites.map((suite) => (
                <td key={suite.id} className="cell">
                  <input
                    type="checkbox"
                    aria-label={`Run ${row.name} on ${suite.id}`}
                    checked={isTicked(plan, row.name, suite.id)}
                    onChange={() => onChange(toggleCell(plan, row.name, suite.id))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RowHead({
  row,
  index,
  plan,
  catalogue,
  task,
  onChange,
}: {
  row: PlanRow
  index: number
  plan: Plan
  catalogue: readonly InterventionRecord[]
  task: ModelTask | undefined
  onChange: (plan: Plan) => void
}): ReactNode {
  return (
    <div className="stack tight">
      <div className="line" style={{ flexWrap: 'nowrap' }}>
        <Letter letter={seriesAt(index).letter} />
        <input
          className="input grow"
          style={{ minWidth: 200 }}
          dir="auto"
          aria-label={`Name of configuration ${index + 1}`}
          value={row.name}
          onChange={(event) => onChange(renameRow(plan, row.name, event.target.value))}
        />
        {index > 0 && (
          <IconButton
            label={`Make ${row.name} the baseline`}
            onClick={() => onChange(makeBaseline(plan, row.name))}
          >
            <ArrowUpToLine size={14} aria-hidden />
          </IconButton>
        )}
        <IconButton
          label={`Remove ${row.name}`}
          onClick={() => onChange(removeRow(plan, row.name))}
        >
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </div>
      <div className="line small">
        {index === 0 && <span className="badge">baseline</span>}
        <span className="soft">
          {shortId(row.modelId)}
          {row.adapterId !== undefined && ` with ${shortId(row.adapterId)}`},{' '}
          {precisionWords[row.precision].title.toLocaleLowerCase()},{' '}
          {row.interventions.length === 0
            ? 'no intervention'
            : row.interventions.map(({ id }) => id).join(' → ')}
        </span>
        {task === 'text-to-text' && (
          <Beams
            beams={row.decoding.beams}
            label={`Beams of ${row.name}`}
            onChange={(beams) => onChange(setBeams(plan, row.name, beams))}
          />
        )}
        {index > 0 && (
          <SeveralValues row={row} plan={plan} catalogue={catalogue} onChange={onChange} />
        )}
      </div>
    </div>
  )
}
