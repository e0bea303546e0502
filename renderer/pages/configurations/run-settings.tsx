import { Switch } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import type { Configuration } from '#contract/configurations'
import { precisionSchema, providerSchema, type ModelTask } from '#contract/models'
import { Beams } from '../../components/beams.tsx'
import { withBeams } from '../../components/decoding.ts'
import { precisionWords, providerWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'

interface Props {
  readonly draft: Configuration
  /** Of the chosen model; absent: a causal language model. */
  readonly task?: ModelTask | undefined
  readonly onChange: (draft: Configuration) => void
}

/** Precision, provider, decoding and system prompt. */
export function RunSettings(props: Props): ReactNode {
  return (
    <div className="stack">
      <Precision {...props} />
      <ProviderChoice {...props} />
      <DecodingForm {...props} />
      <SystemPrompt {...props} />
    </div>
  )
}

function Precision({ draft, onChange }: Props): ReactNode {
  return (
    <fieldset className="card stack" style={{ margin: 0 }}>
      <legend className="visually-hidden">Precision</legend>
      <h2>Precision</h2>
      {precisionSchema.options.map((precision) => (
        <label key={precision} className="line top" style={{ flexWrap: 'nowrap' }}>
          <input
            type="radio"
            name="precision"
            style={{ marginTop: 2 }}
            checked={draft.precision === precision}
            onChange={() => onChange({ ...draft, precision })}
          />
          <span>
            <b>{precisionWords[precision].title}</b>{' '}
            <span className="soft">{precisionWords[precision].summary}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function ProviderChoice({ draft, onChange }: Props): ReactNode {
  const health = useCall('system.health', {})
  const reports = health.data?.providers ?? []
  const textOf = (provider: Configuration['provider']) => {
    if (provider === 'auto') return 'The best one that is available.'
    const report = reports.find((candidate) => candidate.provider === provider)
    if (report === undefined) return ''
    return report.isAvailable
      ? (report.device ?? 'Available.')
      : `Not available: ${report.reason ?? ''}`
  }
  const isAbsent = (provider: Configuration['provider']) =>
    reports.some((report) => report.provider === provider && !report.isAvailable)
  return (
    <fieldset className="card stack" style={{ margin: 0 }}>
      <legend className="visually-hidden">Provider</legend>
      <h2>Provider</h2>
      {providerSchema.options.map((provider) => (
        <label key={provider} className="line top" style={{ flexWrap: 'nowrap' }}>
          <input
            type="radio"
            name="provider"
            style={{ marginTop: 2 }}
            checked={draft.provider === provider}
            disabled={isAbsent(provider) && draft.provider !== provider}
            onChange={() => onChange({ ...draft, provider })}
          />
          <span className="clamped" title={textOf(provider)}>
            <b>{providerWords[provider]}</b>{' '}
            <span className="soft wrap-text">{textOf(provider)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const decodingFields = [
  { name: 'maxNewTokens', title: 'Longest answer', hint: 'tokens', min: 1, max: 8192, step: 1 },
  { name: 'temperature', title: 'Temperature', hint: '0 is greedy', min: 0, max: 5, step: 0.1 },
  { name: 'topK', title: 'Top k', hint: '0 keeps all tokens', min: 0, max: 1000, step: 1 },
  { name: 'topP', title: 'Top p', hint: '1 keeps all tokens', min: 0.01, max: 1, step: 0.01 },
  { name: 'seed', title: 'Seed', hint: 'of sampling', min: 0, max: 4294967295, step: 1 },
] as const

function DecodingForm({ draft, task, onChange }: Props): ReactNode {
  const id = useId()
  const isGreedy = draft.decoding.temperature === 0
  return (
    <section className="card">
      <h2>Decoding</h2>
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fit, minmax(130px, 1fr))',
          gap: 12,
        }}
      >
        {decodingFields.map(({ name, title, hint, min, max, step }) => (
          <div key={name} className="field">
            <label htmlFor={`${id}-${name}`}>{title}</label>
            <input
              id={`${id}-${name}`}
              className="input"
              type="number"
              min={min}
              max={max}
              step={step}
              disabled={isGreedy && (name === 'topK' || name === 'topP' || name === 'seed')}
              value={draft.decoding[name]}
              onChange={(event) => {
                const value = event.target.valueAsNumber
                if (Number.isFinite(value)) {
                  const kept = Math.min(max, Math.max(min, value))
                  onChange({ ...draft, decoding: { ...draft.decoding, [name]: kept } })
                }
              }}
            />
            <span className="hint">{hint}</span>
          </div>
        ))}
      </div>
      {task === 'text-to-text' && (
        <Beams
          beams={draft.decoding.beams}
          label="Beams"
          onChange={(beams) => onChange({ ...draft, decoding: withBeams(draft.decoding, beams) })}
        />
      )}
    </section>
  )
}

function SystemPrompt({ draft, onChange }: Props): ReactNode {
  const id = useId()
  const isOwn = draft.systemPrompt !== null
  return (
    <section className="card stack">
      <div className="line spread">
        <h2 id={id}>System prompt of its own</h2>
        <Switch.Root
          className="switch"
          aria-labelledby={id}
          checked={isOwn}
          onCheckedChange={(on) => onChange({ ...draft, systemPrompt: on ? '' : null })}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      {isOwn ? (
        <textarea
          className="textarea"
          rows={4}
          dir="auto"
          aria-label="System prompt"
          value={draft.systemPrompt ?? ''}
          onChange={(event) => onChange({ ...draft, systemPrompt: event.target.value })}
        />
      ) : (
        <p className="soft">The chat template’s own default stands.</p>
      )}
    </section>
  )
}
