import { useState, type ReactNode } from 'react'
import type { Plan } from '#contract/plans'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { useTask } from '../../hooks/use-task.ts'

/** A plan file's text becomes the draft; an error names line and field. */
export function PastePlan({
  isOpen,
  onClose,
  onPlan,
}: {
  isOpen: boolean
  onClose: () => void
  onPlan: (plan: Plan) => void
}): ReactNode {
  const [text, setText] = useState('')
  const { run, isRunning, error } = useTask()
  return (
    <Dialog
      title="Paste a plan"
      description="YAML or JSON, the same as the command line reads."
      isOpen={isOpen}
      onClose={onClose}
      isWide
    >
      <textarea
        className="textarea mono"
        rows={14}
        spellCheck={false}
        aria-label="Plan"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error !== null && <ErrorPanel error={error} />}
      <div className="foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          disabled={isRunning || text.trim() === ''}
          onClick={() => void run(async () => onPlan(await call('plans.parse', { text })))}
        >
          Use it
        </Button>
      </div>
    </Dialog>
  )
}
