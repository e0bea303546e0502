import type { ReactNode } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Configuration, StoredConfiguration } from '#contract/configurations'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { PassportView, VerifiedBadge } from '../../components/passport-view.tsx'
import { useToast } from '../../components/toasts.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { useModelTask } from '../../hooks/use-model-task.ts'
import { useTask } from '../../hooks/use-task.ts'
import { changesModel, factsOfConfiguration, type Names } from './configuration-facts.ts'

/** One configuration with its passport. */
export function ConfigurationPage(): ReactNode {
  const { hash = '' } = useParams()
  const all = useCall('configurations.list', {}, { refreshOn: ['configurations-changed'] })
  const state = useCall('configurations.get', { hash }, { refreshOn: ['configurations-changed'] })
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const catalogue = useCall('catalog.interventions', {})
  const stored = state.data
  const names: Names = {
    model: models.data?.find(({ id }) => id === stored?.configuration.modelId)?.name ?? null,
    interventionOf: (id) => catalogue.data?.find((record) => record.id === id)?.title ?? id,
  }
  return (
    <Page
      title={stored?.name ?? 'Configuration'}
      parents={[{ title: 'Configurations', to: '/configurations' }]}
      summary={<span className="mono">{hash.slice(0, 16)}</span>}
      actions={stored !== null && <Actions stored={stored} all={all.data ?? []} />}
    >
      <Loaded state={state}>
        {({ configuration }) => (
          <div className="columns-2">
            <section className="card">
              <h2>Recipe</h2>
              <dl className="facts">
                {factsOfConfiguration(configuration, names).map(({ label, value }) => (
                  <div key={label} style={{ display: 'contents' }}>
                    <dt>{label}</dt>
                    <dd className="wrap-text">{value}</dd>
                  </div>
                ))}
              </dl>
            </section>
            <Passport hash={hash} configuration={configuration} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Passport({
  hash,
  configuration,
}: {
  hash: string
  configuration: Configuration
}): ReactNode {
  const isChanged = changesModel(configuration)
  const task = useModelTask(configuration.modelId)
  const passport = useCall('configurations.passport', { hash }, { refreshOn: ['job-changed'] })
  return (
    <section className="card">
      <h2 className="line">
        Passport
        {isChanged && !passport.isPending && passport.data === null && (
          <VerifiedBadge passport={null} />
        )}
      </h2>
      {!isChanged ? (
        <p className="soft">
          Nothing is changed: no intervention, exact precision. So there is nothing to verify.
        </p>
      ) : passport.data === null ? (
        <p className="soft">
          None yet. It is issued when a job with this configuration has loaded its model and checked
          that the interventions act as meant; until then its results show as not verified.
        </p>
      ) : (
        <PassportView passport={passport.data} task={task} />
      )}
    </section>
  )
}

function Actions({
  stored,
  all,
}: {
  stored: StoredConfiguration
  all: readonly StoredConfiguration[]
}): ReactNode {
  const { run } = useTask()
  const navigate = useNavigate()
  const toast = useToast()
  const { hash, name, configuration } = stored
  const remove = () =>
    run(async () => {
      await call('configurations.remove', { hash })
      await navigate('/configurations')
      toast.show({
        text: `“${name}” was removed from the list. Results made with it stay.`,
        action: {
          label: 'Undo',
          run: () => void run(() => call('configurations.save', { name, configuration })),
        },
      })
    })
  return (
    <>
      <label className="line">
        <span className="soft">Against</span>
        <select
          className="select"
          style={{ maxWidth: 180 }}
          value=""
          onChange={(event) =>
            void navigate(`/configurations/${hash}/versus/${event.target.value}`)
          }
        >
          <option value="">choose one</option>
          {all
            .filter((other) => other.hash !== hash)
            .map((other) => (
              <option key={other.hash} value={other.hash}>
                {other.name}
              </option>
            ))}
        </select>
      </label>
      {stored.isSaved ? (
        <Button look="danger" onClick={() => void remove()}>
          Remove
        </Button>
      ) : (
        <Button
          onClick={() =>
            void run(
              () => call('configurations.save', { name, configuration }),
              'It is on the list now.',
            )
          }
        >
          Put on the list
        </Button>
      )}
      <Link className="button" to={`/configurations/new?from=${hash}`}>
        Make a changed one
      </Link>
      {stored.isSaved && (
        <Link className="button primary" to={`/new?configurations=${hash}`}>
          Evaluate
        </Link>
      )}
    </>
  )
}
