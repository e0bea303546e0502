import { Boxes, CircleCheck, TriangleAlert, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Model } from '#contract/models'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { formatCount } from '../../format/numbers.ts'
import { formatParameters, formatSize } from '../../format/sizes.ts'
import { useCall } from '../../hooks/use-call.ts'
import { Adapters } from './adapters.tsx'
import { Downloads } from './downloads.tsx'
import { DropTarget } from './drop-target.tsx'

export function Models(): ReactNode {
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const add = (
    <Link className="button primary" to="/models/add">
      Add a model
    </Link>
  )
  return (
    <Page title="Models" actions={add}>
      <Downloads />
      <DropTarget>
        <Loaded state={models}>
          {(data) =>
            data.length === 0 ? (
              <EmptyState
                icon={<Boxes size={34} aria-hidden />}
                title="No models yet"
                text="Drop a GGUF file or a safetensors directory here, or add one by its Hugging Face id."
                action={add}
              />
            ) : (
              <ul className="cards" aria-label="Models">
                {data.map((model) => (
                  <li key={model.id} style={{ display: 'grid' }}>
                    <ModelCard model={model} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </DropTarget>
      <Adapters />
    </Page>
  )
}

function ModelCard({ model }: { model: Model }): ReactNode {
  return (
    <Link className="card link" to={`/models/${encodeURIComponent(model.id)}`}>
      <h2 className="clip" title={model.name}>
        <bdi dir="auto">{model.name}</bdi>
      </h2>
      <p className="line">
        <span className="badge">{model.architecture}</span>
        <span className="badge">{formatParameters(model.parameters)} parameters</span>
        <span className="badge">{model.quantisation}</span>
      </p>
      <p className="soft">
        {formatSize(model.sizeBytes)}
        {model.contextLength !== null && `, context ${formatCount(model.contextLength)} tokens`}
        {model.licence !== null && `, ${model.licence}`}
      </p>
      <ModelState model={model} />
    </Link>
  )
}

export function ModelState({ model }: { model: Model }): ReactNode {
  if (!model.isPresent) {
    return (
      <p className="line top tone-bad">
        <Unplug size={14} aria-hidden />{' '}
        <span className="grow">Its files are gone: {model.path}</span>
      </p>
    )
  }
  if (model.unsupported.length > 0) {
    return (
      <p className="line top tone-bad">
        <TriangleAlert size={14} aria-hidden />
        <span className="grow">{model.unsupported.join(' ')}</span>
      </p>
    )
  }
  return (
    <p className="line tone-good">
      <CircleCheck size={14} aria-hidden /> Supported
      {model.notices.length > 0 && ', with notices'}
    </p>
  )
}
