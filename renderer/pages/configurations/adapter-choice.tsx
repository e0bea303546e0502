import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Adapter } from '#contract/adapters'
import type { Configuration } from '#contract/configurations'

/** Which registered adapter is merged into the weights, if any. Whether its shapes fit the model is checked when it loads. */
export function AdapterChoice({
  draft,
  adapters,
  onChange,
}: {
  draft: Configuration
  adapters: readonly Adapter[]
  onChange: (draft: Configuration) => void
}): ReactNode {
  const isUnknown =
    draft.adapterId !== undefined && !adapters.some(({ id }) => id === draft.adapterId)
  return (
    <>
      <label htmlFor="adapter" style={{ marginTop: 8 }}>
        Adapter
      </label>
      <select
        id="adapter"
        className="select"
        value={draft.adapterId ?? ''}
        aria-describedby="adapter-hint"
        onChange={(event) => onChange(withAdapter(draft, event.target.value))}
      >
        <option value="">none</option>
        {isUnknown && <option value={draft.adapterId}>{draft.adapterId} (not registered)</option>}
        {adapters.map(({ id, name, rank, unsupported, isPresent }) => (
          <option key={id} value={id} disabled={unsupported.length > 0 || !isPresent}>
            {name} (rank {rank}
            {unsupported.length > 0 ? ', not supported' : isPresent ? '' : ', its files are gone'})
          </option>
        ))}
      </select>
      <span className="hint" id="adapter-hint">
        A LoRA adapter, merged into the weights at load. <Link to="/models">Add one</Link>
      </span>
    </>
  )
}

/** Without one the field is absent, so that hashes of older configurations stay as they are. */
function withAdapter({ adapterId: _, ...rest }: Configuration, id: string): Configuration {
  return id === '' ? rest : { ...rest, adapterId: id }
}
