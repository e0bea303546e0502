import type { ReactNode } from 'react'
import type { Cache } from '#contract/caches'
import { call } from '../../api.ts'
import { ConfirmButton } from '../../components/confirm.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { plural } from '../../format/numbers.ts'
import { formatSize } from '../../format/sizes.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'

/** What can be deleted without losing a result, a model or a dataset. */
export function Caches(): ReactNode {
  const caches = useCall('caches.list', {}, { refreshOn: ['job-changed'] })
  const { run, isRunning } = useTask()
  const { reload } = caches
  const clear = ({ id, title }: Cache) =>
    void run(() => call('caches.clear', { ids: [id] }), `${title}: cleared.`).then(reload)
  return (
    <section className="card stack" aria-label="Caches">
      <h2>Caches</h2>
      <Loaded state={caches}>
        {(found) =>
          found.map((cache) => (
            <div key={cache.id} className="line spread top" style={{ flexWrap: 'nowrap' }}>
              <div className="grow">
                <span>{cache.title}</span>{' '}
                <span className="soft numeric">
                  {formatSize(cache.sizeBytes)}, {plural(cache.entries, 'entry', 'entries')}
                </span>
                <p className="soft small">{cache.summary}</p>
              </div>
              <ConfirmButton
                label={
                  <>
                    Clear<span className="visually-hidden"> {cache.title}</span>
                  </>
                }
                title={`Clear “${cache.title}”?`}
                text={`${formatSize(cache.sizeBytes)} are deleted and made again when they are needed. Results, models and datasets stay.`}
                confirmLabel="Clear it"
                disabled={isRunning || cache.entries === 0}
                onConfirm={() => clear(cache)}
              />
            </div>
          ))
        }
      </Loaded>
    </section>
  )
}
