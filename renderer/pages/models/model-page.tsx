import type { ReactNode } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Model } from '#contract/models'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmButton } from '../../components/confirm.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { providerWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'
import { ModelFacts } from './model-facts.tsx'
import { ModelState } from './models.tsx'

export function ModelPage(): ReactNode {
  const { id = '' } = useParams()
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const model = models.data?.find((candidate) => candidate.id === id)
  return (
    <Page
      title={model?.name ?? 'Model'}
      parents={[{ title: 'Models', to: '/models' }]}
      summary={model !== undefined && <ModelState model={model} />}
      actions={model !== undefined && <ModelActions model={model} />}
    >
      <Loaded state={models}>
        {() =>
          model === undefined ? (
            <EmptyState title="No such model" text={`Nothing is registered as ${id}.`} />
          ) : (
            <div className="columns-2">
              <section className="card" aria-label="Model">
                <ModelFacts model={model} />
              </section>
              <div className="stack">
                <Origin model={model} />
                <ModelConfigurations model={model} />
                <Providers />
              </div>
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function ModelActions({ model }: { model: Model }): ReactNode {
  const { run } = useTask()
  const navigate = useNavigate()
  return (
    <>
      <Button onClick={() => void run(() => call('dialogs.revealPath', { path: model.path }))}>
        Show in folder
      </Button>
      <ConfirmButton
        label="Remove"
        title={`Remove ${model.name}?`}
        text="Only its entry here is removed. Its files and all results made with it stay."
        confirmLabel="Remove the model"
        onConfirm={() =>
          void run(async () => {
            await call('models.remove', { id: model.id })
            await navigate('/models')
          }, 'The model was removed.')
        }
      />
      <Link
        className="button primary"
        to={`/configurations/new?model=${encodeURIComponent(model.id)}`}
      >
        New configuration
      </Link>
    </>
  )
}

function Origin({ model }: { model: Model }): ReactNode {
  const { source } = model
  return (
    <section className="card">
      <h2>Where it comes from</h2>
      <dl className="facts">
        <dt>Source</dt>
        <dd>
          {source.kind === 'embedded'
            ? 'ships with Actbench'
            : source.kind === 'file'
              ? 'this machine'
              : `Hugging Face, ${source.repo}`}
        </dd>
        {source.kind === 'hub' && (
          <>
            <dt>Commit</dt>
            <dd className="mono">{source.revision}</dd>
          </>
        )}
        <dt>Path</dt>
        <dd className="mono">{model.path}</dd>
        <dt>Fingerprint</dt>
        <dd className="mono">{model.fingerprint}</dd>
        <dt>Added</dt>
        <dd>
          <Moment at={model.addedAt} />
        </dd>
      </dl>
    </section>
  )
}

function ModelConfigurations({ model }: { model: Model }): ReactNode {
  const configurations = useCall(
    'configurations.list',
    {},
    { refreshOn: ['configurations-changed'] },
  )
  const own = (configurations.data ?? []).filter(
    ({ configuration }) => configuration.modelId === model.id,
  )
  return (
    <section className="card">
      <h2>Configurations of it</h2>
      {own.length === 0 ? (
        <p className="soft">None yet.</p>
      ) : (
        <ul className="stack tight">
          {own.map(({ hash, name }) => (
            <li key={hash}>
              <Link to={`/configurations/${hash}`}>
                <bdi dir="auto">{name}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Providers(): ReactNode {
  const health = useCall('system.health', {})
  return (
    <section className="card">
      <h2>What it can run on here</h2>
      <Loaded state={health}>
        {({ providers }) => (
          <dl className="facts">
            {providers.map(({ provider, isAvailable, device, reason }) => (
              <div key={provider} style={{ display: 'contents' }}>
                <dt>{providerWords[provider]}</dt>
                <dd>{isAvailable ? (device ?? 'available') : `not available: ${reason ?? ''}`}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
    </section>
  )
}
