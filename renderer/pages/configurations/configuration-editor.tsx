import { useState, type ReactNode } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { configurationSchema, type Configuration } from '#contract/configurations'
import type { InterventionRecord, StoredConfiguration } from '#contract/configurations'
import type { Adapter } from '#contract/adapters'
import type { Model } from '#contract/models'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Page } from '../../components/page.tsx'
import { problemOf, readFields } from '../../components/params-schema.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'
import { AdapterChoice } from './adapter-choice.tsx'
import { CalibrationText, withoutText } from './calibration-text.tsx'
import { proposedName } from './configuration-facts.ts'
import { InterventionStack, type StackItem } from './intervention-stack.tsx'
import { RunSettings } from './run-settings.tsx'

/** A new configuration, from nothing or as a changed copy of one there is. */
export function ConfigurationEditor(): ReactNode {
  const [params] = useSearchParams()
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const catalogue = useCall('catalog.interventions', {})
  const stored = useCall('configurations.list', {})
  const adapters = useCall('adapters.list', {}, { refreshOn: ['models-changed'] })
  const fromHash = params.get('from')
  const original = useCall('configurations.get', fromHash === null ? null : { hash: fromHash })
  const isReady =
    models.data !== null &&
    catalogue.data !== null &&
    stored.data !== null &&
    (fromHash === null || original.data !== null)
  const error = models.error ?? catalogue.error ?? stored.error ?? original.error
  const from = fromHash === null ? null : original.data
  const modelId = from?.configuration.modelId ?? params.get('model') ?? models.data?.[0]?.id
  return (
    <Page title="New configuration" parents={[{ title: 'Configurations', to: '/configurations' }]}>
      {error !== null && <ErrorPanel error={error} />}
      {isReady && modelId === undefined && (
        <EmptyState
          title="A configuration needs a model"
          text="Add one first; the demo model comes with Actbench."
          action={
            <Link className="button primary" to="/models/add">
              Add a model
            </Link>
          }
        />
      )}
      {isReady && modelId !== undefined && (
        <Editor
          key={from?.hash ?? modelId}
          initial={from?.configuration ?? configurationSchema.parse({ modelId })}
          models={models.data}
          catalogue={catalogue.data}
          stored={stored.data}
          adapters={adapters.data ?? []}
        />
      )}
    </Page>
  )
}

function Editor({
  initial,
  models,
  catalogue,
  stored,
  adapters,
}: {
  initial: Configuration
  models: readonly Model[]
  catalogue: readonly InterventionRecord[]
  stored: readonly StoredConfiguration[]
  adapters: readonly Adapter[]
}): ReactNode {
  const [draft, setDraft] = useState(initial)
  const recordOf = (id: string) => catalogue.find((record) => record.id === id)
  const [items, setItems] = useState<readonly StackItem[]>(() =>
    // A stored configuration leaves parameters out that came later.
    initial.interventions.map(({ id, params }, key) => ({
      key,
      id,
      params: { ...recordOf(id)?.defaults, ...params },
    })),
  )
  const [name, setName] = useState<string | null>(null)
  const { run, isRunning, error } = useTask()
  const navigate = useNavigate()

  const interventions = items.map(({ id, params }) => ({ id, params: { ...params } }))
  const shownName =
    name ??
    proposedName(
      interventions,
      recordOf,
      adapters.find(({ id }) => id === draft.adapterId)?.name ?? null,
    )
  const isFitted = items.some(({ id }) => recordOf(id)?.needsCalibration === true)
  const hasProblem = interventions.some(({ id, params }) =>
    readFields(recordOf(id)?.paramsJsonSchema ?? {}).some(
      (field) => problemOf(field, params[field.name]) !== null,
    ),
  )
  const isNameTaken = stored.some((other) => other.name === shownName && other.isSaved)
  const save = (then: (saved: StoredConfiguration) => string) =>
    run(async () => {
      const saved = await call('configurations.save', {
        name: shownName,
        configuration: isFitted
          ? { ...draft, interventions }
          : { ...withoutText(draft), interventions },
      })
      await navigate(then(saved))
    }, 'The configuration was saved.')
  const canSave = !isRunning && !hasProblem && shownName.trim() !== ''
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <div className="columns-2">
        <div className="stack">
          <section className="card field">
            <label htmlFor="model">Model</label>
            <select
              id="model"
              className="select"
              value={draft.modelId}
              onChange={(event) => setDraft({ ...draft, modelId: event.target.value })}
            >
              {models.map((model) => (
                <option key={model.id} value={model.id} disabled={model.unsupported.length > 0}>
                  {model.name} ({model.quantisation}
                  {model.unsupported.length > 0 ? ', not supported' : ''})
                </option>
              ))}
            </select>
            <AdapterChoice draft={draft} adapters={adapters} onChange={setDraft} />
          </section>
          <section className="card">
            <h2>Interventions, in the order in which they apply</h2>
            <InterventionStack items={items} catalogue={catalogue} onChange={setItems} />
            {isFitted && <CalibrationText draft={draft} onChange={setDraft} />}
          </section>
        </div>
        <RunSettings
          draft={draft}
          task={models.find(({ id }) => id === draft.modelId)?.task}
          onChange={setDraft}
        />
      </div>
      <div className="foot-bar">
        <label className="line grow">
          <b>Name</b>
          <input
            className="input grow"
            style={{ maxWidth: 420 }}
            value={shownName}
            onChange={(event) => setName(event.target.value)}
          />
          {isNameTaken && <span className="soft small">Another one has this name.</span>}
          {hasProblem && <span className="tone-bad small">A parameter needs a look.</span>}
        </label>
        <Button
          disabled={!canSave}
          onClick={() => void save(({ hash }) => `/new?configurations=${hash}`)}
        >
          Save and evaluate
        </Button>
        <Button
          look="primary"
          disabled={!canSave}
          onClick={() => void save(({ hash }) => `/configurations/${hash}`)}
        >
          Save
        </Button>
      </div>
    </>
  )
}
