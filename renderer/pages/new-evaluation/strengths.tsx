import { Popover } from 'radix-ui'
import { useId, useState, type ReactNode } from 'react'
import type { InterventionRecord } from '#contract/configurations'
import type { Plan } from '#contract/plans'
import { Button } from '../../components/button.tsx'
import { parseList } from '../../components/params-text.ts'
import { expandStrengths, sweptIntervention, type PlanRow } from './plan-draft.ts'

/** Expands a row into one row a strength. */
export function Strengths({
  row,
  plan,
  catalogue,
  onChange,
}: {
  row: PlanRow
  plan: Plan
  catalogue: readonly InterventionRecord[]
  onChange: (plan: Plan) => void
}): ReactNode {
  const id = useId()
  const [text, setText] = useState('')
  const swept = sweptIntervention(row, catalogue)
  if (swept === null) return null
  const strengths = parseList(text, 'number').filter((value) => typeof value === 'number')
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet">Strengths …</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover stack" sideOffset={4} aria-label="Strengths">
          <div className="field">
            <label htmlFor={id}>{swept.param}, several values</label>
            <input
              id={id}
              className="input"
              placeholder="0.3, 0.5, 0.7"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <span className="hint">Each becomes a row of its own in place of this one.</span>
          </div>
          <Popover.Close asChild>
            <Button
              look="primary"
              disabled={strengths.length === 0}
              onClick={() => onChange(expandStrengths(plan, row.name, strengths, catalogue))}
            >
              Expand into {strengths.length} rows
            </Button>
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
