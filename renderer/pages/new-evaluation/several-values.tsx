import { Popover } from 'radix-ui'
import { useId, useState, type ReactNode } from 'react'
import type { InterventionRecord } from '#contract/configurations'
import type { Json } from '#contract/json'
import type { Plan } from '#contract/plans'
import { Button } from '../../components/button.tsx'
import { problemOf } from '../../components/params-schema.ts'
import { parseList, writeValue } from '../../components/params-text.ts'
import { plural } from '../../format/numbers.ts'
import { axisFields, setAxis, setMap, type AxisField, type PlanRow } from './plan-draft.ts'

interface Props {
  readonly row: PlanRow
  readonly plan: Plan
  readonly catalogue: readonly InterventionRecord[]
  readonly onChange: (plan: Plan) => void
}

/** What makes several configurations of one row: an axis of values, a map over the layers. */
export function SeveralValues(props: Props): ReactNode {
  const { row, plan, catalogue, onChange } = props
  const fields = axisFields(row, catalogue)
  if (fields.length === 0) return null
  const axes = fields.filter(({ values }) => values.length > 1)
  return (
    <>
      {axes.map((axis) => (
        <span key={`${axis.use} ${axis.field.name}`} className="badge accent">
          {axis.field.title}: {axis.values.map(writeValue).join(', ')}
        </span>
      ))}
      <AxisPopover {...props} fields={fields} />
      <select
        className="select"
        aria-label={`Layers of ${row.name}`}
        value={row.map ?? ''}
        onChange={(event) => onChange(setMap(plan, row.name, mapOf(event.target.value)))}
      >
        <option value="">layers together</option>
        <option value="layer">map by layer</option>
        <option value="layer-and-input">map by layer and input</option>
      </select>
    </>
  )
}

function mapOf(value: string): PlanRow['map'] | null {
  return value === 'layer' || value === 'layer-and-input' ? value : null
}

function AxisPopover({
  row,
  plan,
  fields,
  onChange,
}: Props & { readonly fields: readonly AxisField[] }): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const [chosen, setChosen] = useState(0)
  const field = fields[chosen] ?? fields[0]
  if (field === undefined) return null
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        <Button look="quiet">Strengths …</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover stack"
          style={{ width: 340 }}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={`Several values for ${row.name}`}
        >
          <AxisForm
            key={chosen}
            axis={field}
            choice={
              fields.length > 1 && (
                <select
                  className="select"
                  aria-label="Parameter"
                  value={chosen}
                  onChange={(event) => setChosen(Number(event.target.value))}
                >
                  {fields.map(({ use, interventionTitle, field: { name, title } }, index) => (
                    <option key={`${use} ${name}`} value={index}>
                      {title} of {interventionTitle}
                    </option>
                  ))}
                </select>
              )
            }
            onUse={(values) => {
              onChange(setAxis(plan, row.name, { use: field.use, param: field.field.name, values }))
              setIsOpen(false)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function AxisForm({
  axis,
  choice,
  onUse,
}: {
  axis: AxisField
  choice: ReactNode
  onUse: (values: readonly Json[]) => void
}): ReactNode {
  const id = useId()
  const { field } = axis
  const [text, setText] = useState(() =>
    axis.values.length > 1 ? axis.values.map(writeValue).join(', ') : '',
  )
  const values = readValues(text, axis)
  const problems = values.flatMap((value) => problemOf(field, value) ?? [])
  const count = new Set(values).size
  return (
    <>
      {choice}
      <div className="field">
        <label htmlFor={id}>{field.title}, several values</label>
        <input
          id={id}
          className="input"
          placeholder={
            field.kind === 'choice' ? field.options.map(writeValue).join(', ') : '0.3, 0.5, 0.7'
          }
          value={text}
          aria-invalid={problems.length > 0}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="hint">
          Each becomes a configuration of its own when the plan starts, on one session and one
          baseline. A strength of 0 that equals the baseline is left out.
        </span>
        {problems.length > 0 && <p className="problem">{problems[0]}</p>}
      </div>
      <div className="line">
        <Button
          look="primary"
          disabled={count === 0 || problems.length > 0}
          onClick={() => onUse(values)}
        >
          Use {plural(count, 'value')}
        </Button>
        {axis.values.length > 1 && (
          <Button onClick={() => onUse(axis.values.slice(0, 1))}>Only the first</Button>
        )}
      </div>
    </>
  )
}

function readValues(text: string, { field }: AxisField): Json[] {
  if (field.kind !== 'choice') return parseList(text, 'number')
  // Words of the schema may be numbers there.
  return parseList(text, 'text').map(
    (word) => field.options.find((option) => writeValue(option) === word) ?? word,
  )
}
