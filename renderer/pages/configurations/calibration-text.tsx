import { FileUp } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Configuration } from '#contract/configurations'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { useTask } from '../../hooks/use-task.ts'

/** The text that interventions are fitted on: the one that ships with the app, or a file of the person's own. */
export function CalibrationText({
  draft,
  onChange,
}: {
  draft: Configuration
  onChange: (draft: Configuration) => void
}): ReactNode {
  const { run, isRunning, error } = useTask()
  const { calibrationText } = draft
  const choose = () =>
    run(async () => {
      const path = await call('dialogs.openText', {})
      if (path !== null) onChange({ ...draft, calibrationText: path })
    })
  return (
    <div className="stack" style={{ marginTop: 12 }}>
      {error !== null && <ErrorPanel error={error} />}
      <div className="line">
        <span className="grow">
          Calibration text:{' '}
          <b className="wrap-text">
            <bdi>{calibrationText ?? 'the embedded one'}</bdi>
          </b>
        </span>
        <Button disabled={isRunning} onClick={() => void choose()}>
          <FileUp size={14} aria-hidden /> Choose a file
        </Button>
        {calibrationText !== undefined && (
          <Button onClick={() => onChange(withoutText(draft))}>Take the embedded one</Button>
        )}
      </div>
      <span className="hint">
        Plain UTF-8; its first 2,048 tokens are fitted on. A copy is kept under its sha256.
      </span>
    </div>
  )
}

/** Absent, so that the hash is that of a configuration which never had one. */
export function withoutText({ calibrationText: _, ...rest }: Configuration): Configuration {
  return rest
}
