import { Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ModelInspection, ModelTask } from '#contract/models'
import { formatCount, plural, unknown } from '../../format/numbers.ts'
import { formatParameters, formatSize } from '../../format/sizes.ts'

const taskTitles: Readonly<Record<ModelTask, string>> = {
  'language-model': 'causal language model',
  nlu: 'intent and slots',
  encoder: 'encoder without heads; no suite scores it',
  'text-to-text': 'text to text',
}

/** Everything that was read from a checkpoint, and why it cannot run here if it cannot. */
export function ModelFacts({ model }: { model: ModelInspection }): ReactNode {
  const count = (value: number | null) => (value === null ? unknown : formatCount(value))
  return (
    <div className="stack">
      {model.unsupported.map((reason) => (
        <p key={reason} className="notice">
          <TriangleAlert size={15} aria-label="Not supported" role="img" /> <span>{reason}</span>
        </p>
      ))}
      {model.notices.map((notice) => (
        <p key={notice} className="notice info">
          <Info size={15} aria-hidden /> <span>{notice}</span>
        </p>
      ))}
      <dl className="facts">
        <dt>Architecture</dt>
        <dd>{model.architecture}</dd>
        <dt>Task</dt>
        <dd>{taskTitles[model.task ?? 'language-model']}</dd>
        <dt>Parameters</dt>
        <dd title={formatCount(model.parameters)}>{formatParameters(model.parameters)}</dd>
        <dt>Format</dt>
        <dd>
          {model.format === 'gguf' ? 'GGUF' : 'safetensors'}, {model.quantisation},{' '}
          {formatSize(model.sizeBytes)}
        </dd>
        <dt>Context</dt>
        <dd>{model.contextLength === null ? unknown : plural(model.contextLength, 'token')}</dd>
        <dt>Layers</dt>
        <dd>{count(model.layers)}</dd>
        <dt>Width</dt>
        <dd>
          {count(model.dModel)}, MLP {count(model.dMlp)}
        </dd>
        <dt>Heads</dt>
        <dd>
          {count(model.nHeads)}, key and value {count(model.nKvHeads)}
        </dd>
        <dt>Vocabulary</dt>
        <dd>{count(model.vocab)}</dd>
        <dt>Chat template</dt>
        <dd>{model.hasChatTemplate ? 'yes' : 'none'}</dd>
        <dt>Licence</dt>
        <dd>{model.licence ?? 'not stated'}</dd>
      </dl>
      <table className="plain-table" style={{ maxWidth: 420 }}>
        <thead>
          <tr>
            <th scope="col">Encoding</th>
            <th scope="col" className="numeric">
              Tensors
            </th>
            <th scope="col" className="numeric">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {model.encodings.map(({ encoding, tensors, sizeBytes }) => (
            <tr key={encoding}>
              <td>{encoding}</td>
              <td className="numeric">{formatCount(tensors)}</td>
              <td className="numeric">{formatSize(sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
