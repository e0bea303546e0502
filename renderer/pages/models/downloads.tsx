import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { Download } from '#contract/models'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ProgressBar } from '../../components/progress.tsx'
import { formatSize } from '../../format/sizes.ts'
import { formatDuration } from '../../format/times.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useEvent } from '../../hooks/use-event.ts'
import { useTask } from '../../hooks/use-task.ts'

/** Downloads that run or ended badly; finished ones are models by now. */
export function Downloads(): ReactNode {
  const downloads = useCall('models.downloads', {}, { refreshOn: ['models-changed'] })
  const [heard, setHeard] = useState<ReadonlyMap<string, Download>>(new Map())
  useEvent('download-progressed', (download) =>
    setHeard((old) => new Map(old).set(download.id, download)),
  )
  const all = new Map((downloads.data ?? []).map((download) => [download.id, download]))
  for (const [id, download] of heard) all.set(id, download)
  const shown = [...all.values()].filter(({ status }) => status !== 'done')
  if (shown.length === 0) return null
  return (
    <section className="card stack" aria-label="Downloads">
      <h2>Downloads</h2>
      {shown.map((download) => (
        <DownloadLine key={download.id} download={download} />
      ))}
    </section>
  )
}

const statusWords: Readonly<Record<Download['status'], string>> = {
  running: 'Downloading',
  registering: 'Checking and registering',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

export function DownloadLine({ download }: { download: Download }): ReactNode {
  const { run } = useTask()
  const { id, repo, revision, status, sizeBytes, doneBytes, bytesPerSecond, error } = download
  const isActive = status === 'running' || status === 'registering'
  const left =
    sizeBytes === null || bytesPerSecond === null || bytesPerSecond === 0
      ? null
      : ((sizeBytes - doneBytes) / bytesPerSecond) * 1000
  return (
    <div className="stack tight">
      <div className="line">
        <b className="clip">{repo}</b>
        <span className="soft mono">{revision.slice(0, 10)}</span>
        <span className={status === 'failed' ? 'tone-bad' : 'soft'}>{statusWords[status]}</span>
        <span className="grow" />
        {isActive && (
          <Button onClick={() => void run(() => call('models.cancelDownload', { id }))}>
            Cancel
          </Button>
        )}
        {!isActive && status !== 'done' && (
          <Button
            onClick={() =>
              void run(() =>
                call('models.download', {
                  repo,
                  revision,
                  file: download.files.find(({ name }) => name.endsWith('.gguf'))?.name ?? null,
                }),
              )
            }
          >
            Go on from where it stopped
          </Button>
        )}
        {download.modelId !== null && (
          <Link to={`/models/${encodeURIComponent(download.modelId)}`}>Open the model</Link>
        )}
      </div>
      {isActive && (
        <div className="line">
          <ProgressBar done={doneBytes} total={sizeBytes} label={`Download of ${repo}`} />
          <span className="soft">
            {formatSize(doneBytes)}
            {sizeBytes !== null && ` of ${formatSize(sizeBytes)}`}
            {bytesPerSecond !== null && `, ${formatSize(bytesPerSecond)}/s`}
            {left !== null && `, ${formatDuration(left)} left`}
          </span>
        </div>
      )}
      {error !== null && <p className="tone-bad wrap-text">{error}</p>}
    </div>
  )
}
