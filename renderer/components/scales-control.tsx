import { FileUp } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Json } from '#contract/json'
import { call } from '../api.ts'
import { useTask } from '../hooks/use-task.ts'
import { Button } from './button.tsx'
import { ErrorPanel } from './error-panel.tsx'

/** A file of trained scales: chosen with the dialog, or the name or sha256 of one; empty is none. */
export function ScalesControl({
  id,
  value,
  onChange,
}: {
  id: string
  value: Json | undefined
  onChange: (value: Json) => void
}): ReactNode {
  const { run, isRunning, error } = useTask()
  const choose = () =>
    run(async () => {
      const path = await call('dialogs.openScales', {})
      if (path !== null) onChange(path)
    })
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <div className="line">
        <input
          id={id}
          className="input grow"
          value={typeof value === 'string' ? value : ''}
          placeholder="none: the start of the method"
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
        <Button disabled={isRunning} onClick={() => void choose()}>
          <FileUp size={14} aria-hidden /> Choose a file
        </Button>
      </div>
    </>
  )
}
