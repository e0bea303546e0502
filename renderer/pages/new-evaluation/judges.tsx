import { Trash2 } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import type { Model } from '#contract/models'
import type { PlanSuite } from '#contract/plans'
import type { JudgeUse, RubricRecord, Suite } from '#contract/suites'
import { Button, IconButton } from '../../components/button.tsx'
import { fittingRubrics, JudgeForm } from '../../components/judge-form.tsx'
import { plural } from '../../format/numbers.ts'
import { judgeName } from '../../format/words.ts'

interface Props {
  readonly suite: PlanSuite
  readonly record: Suite | undefined
  readonly rubrics: readonly RubricRecord[]
  readonly models: readonly Model[]
  readonly onChange: (judges: readonly JudgeUse[]) => void
}

/** Judge models of a suite: they read the answers in jobs of their own, after all answers are there. */
export function Judges(props: Props): ReactNode {
  const { suite, record, rubrics, onChange } = props
  const fitting = fittingRubrics(rubrics, record?.kind)
  const judges = suite.judges ?? []
  if (fitting.length === 0 && judges.length === 0) return null
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" style={{ alignSelf: 'flex-start', marginLeft: -11, fontWeight: 400 }}>
          {judges.length === 0 ? 'Judge models …' : `${plural(judges.length, 'judge model')} …`}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover stack"
          style={{ width: 380 }}
          sideOffset={4}
          aria-label={`Judge models of ${record?.title ?? suite.id}`}
        >
          {judges.length > 0 && (
            <ul className="stack tight">
              {judges.map((judge, index) => (
                <li key={index} className="line" style={{ flexWrap: 'nowrap' }}>
                  <span className="grow wrap-text">
                    <b>{judge.rubric}</b> by {judgeName(judge.by)}
                  </span>
                  <IconButton
                    label={`Remove ${judge.rubric} by ${judgeName(judge.by)}`}
                    onClick={() => onChange(judges.filter((other) => other !== judge))}
                  >
                    <Trash2 size={14} aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          )}
          <JudgeForm
            rubrics={fitting}
            models={props.models}
            onAdd={(use) => onChange([...judges, use])}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
