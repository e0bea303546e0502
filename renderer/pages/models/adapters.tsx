import { CircleCheck, FolderUp, TriangleAlert, Unplug } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { Adapter } from '#contract/adapters'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmButton } from '../../components/confirm.tsx'
import { DetailPane } from '../../components/detail-pane.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { plural } from '../../format/numbers.ts'
import { formatSize } from '../../format/sizes.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { useTask } from '../../hooks/use-task.ts'
import { AdapterFacts } from './adapter-facts.tsx'

/** Registered LoRA adapters: a configuration attaches one to a checkpoint. */
export function Adapters(): ReactNode {
  const adapters = useCall('adapters.list', {}, { refreshOn: ['models-changed'] })
  const [openId, setOpen] = useAddressValue('adapter')
  const [path, setPath] = useState<string | null>(null)
  const { run } = useTask()
  const choose = () =>
    run(async () => setPath(await call('dialogs.openModel', { kind: 'directory' })))
  const open = adapters.data?.find(({ id }) => id === openId)
  return (
    <section className="stack" aria-label="Adapters">
      <div className="line">
        <h2 className="grow">Adapters</h2>
        <Button onClick={() => void choose()}>
          <FolderUp size={14} aria-hidden /> Add an adapter
        </Button>
      </div>
      <Loaded state={adapters}>
        {(data) =>
          data.length === 0 ? (
            <p className="soft">
              None yet. An adapter is a folder in the layout of PEFT: adapter_config.json and
              adapter_model.safetensors.
            </p>
          ) : (
            <ul className="cards" aria-label="Adapters">
              {data.map((adapter) => (
                <li key={adapter.id} style={{ display: 'grid' }}>
                  <AdapterCard adapter={adapter} onOpen={() => setOpen(adapter.id)} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {path !== null && (
        <AddAdapter
          key={path}
          path={path}
          onClose={() => setPath(null)}
          onAdded={(adapter) => {
            setPath(null)
            adapters.reload()
            setOpen(adapter.id)
          }}
        />
      )}
      {open !== undefined && (
        <AdapterPane
          adapter={open}
          onClose={() => setOpen(null)}
          onRemoved={() => {
            setOpen(null)
            adapters.reload()
          }}
        />
      )}
    </section>
  )
}

function AdapterCard({ adapter, onOpen }: { adapter: Adapter; onOpen: () => void }): ReactNode {
  return (
    <button type="button" className="card link" onClick={onOpen}>
      <span className="card-title clip" title={adapter.name}>
        <bdi dir="auto">{adapter.name}</bdi>
      </span>
      <span className="line">
        <span className="badge">LoRA, rank {adapter.rank}</span>
        <span className="badge">{plural(adapter.layers.length, 'layer')}</span>
        <span className="badge">{formatSize(adapter.sizeBytes)}</span>
      </span>
      <span className="soft clip">{adapter.baseModel ?? 'base model not stated'}</span>
      <AdapterState adapter={adapter} />
    </button>
  )
}

function AdapterState({ adapter }: { adapter: Adapter }): ReactNode {
  if (!adapter.isPresent) {
    return (
      <span className="line top tone-bad">
        <Unplug size={14} aria-hidden /> <span className="grow">Its files are gone</span>
      </span>
    )
  }
  return adapter.unsupported.length > 0 ? (
    <span className="line top tone-bad">
      <TriangleAlert size={14} aria-hidden />
      <span className="grow">{adapter.unsupported.join(' ')}</span>
    </span>
  ) : (
    <span className="line tone-good">
      <CircleCheck size={14} aria-hidden /> Supported
    </span>
  )
}

/** The folder is read first; what was found is shown before it is added. */
function AddAdapter({
  path,
  onClose,
  onAdded,
}: {
  path: string
  onClose: () => void
  onAdded: (adapter: Adapter) => void
}): ReactNode {
  const inspection = useCall('adapters.inspect', { path })
  const [name, setName] = useState<string | null>(null)
  const { run, isRunning } = useTask()
  const add = (proposed: string) =>
    run(async () => onAdded(await call('adapters.add', { path, name: name ?? proposed })))
  return (
    <Dialog title="Add an adapter" description={path} isOpen onClose={onClose} isWide>
      <Loaded state={inspection}>
        {(found) => (
          <>
            <AdapterFacts adapter={found} />
            <label className="line">
              Name
              <input
                className="input grow"
                value={name ?? found.name}
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            <div className="foot">
              <Button onClick={onClose}>Cancel</Button>
              <Button
                look="primary"
                disabled={isRunning || found.unsupported.length > 0}
                onClick={() => void add(found.name)}
              >
                {isRunning ? 'Reading the files …' : 'Add the adapter'}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Dialog>
  )
}

function AdapterPane({
  adapter,
  onClose,
  onRemoved,
}: {
  adapter: Adapter
  onClose: () => void
  onRemoved: () => void
}): ReactNode {
  const { run, isRunning } = useTask()
  return (
    <DetailPane title={adapter.name} onClose={onClose}>
      <AdapterFacts adapter={adapter} />
      <dl className="facts">
        <dt>Path</dt>
        <dd className="mono">{adapter.path}</dd>
        <dt>Fingerprint</dt>
        <dd className="mono">{adapter.fingerprint}</dd>
        <dt>Added</dt>
        <dd>
          <Moment at={adapter.addedAt} />
        </dd>
      </dl>
      <div className="line">
        <Button onClick={() => void run(() => call('dialogs.revealPath', { path: adapter.path }))}>
          Show in folder
        </Button>
        <ConfirmButton
          label="Remove"
          title={`Remove ${adapter.name}?`}
          text="Only its entry here is removed. Its files and all results made with it stay."
          confirmLabel="Remove the adapter"
          disabled={isRunning}
          onConfirm={() =>
            void run(async () => {
              await call('adapters.remove', { id: adapter.id })
              onRemoved()
            }, 'The adapter was removed.')
          }
        />
      </div>
    </DetailPane>
  )
}
