import { Slider, Switch } from 'radix-ui'
import { useId, useState, type ReactNode } from 'react'
import type { InterventionRecord } from '#contract/configurations'
import type { Json } from '#contract/json'
import {
  problemOf,
  rangeText,
  readFields,
  type NumberField,
  type ParamField,
} from './params-schema.ts'
import { layerFields, layersText } from './layers-text.ts'
import { ScalesControl } from './scales-control.tsx'
import {
  editableText,
  parseList,
  parseRecord,
  parseWholeNumbers,
  writeValue,
} from './params-text.ts'

type Params = Readonly<Record<string, Json>>

/** A form drawn from the record's parameter schema. The strength is a slider with a number beside it. */
export function ParamsForm({
  record,
  params,
  onChange,
}: {
  record: InterventionRecord
  params: Params
  onChange: (params: Record<string, Json>) => void
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const fields = readFields(record.paramsJsonSchema)
  if (fields.length === 0) return <p className="soft">It has no parameters.</p>
  const draw = (field: ParamField) => (
    <Field
      key={field.name}
      field={field}
      isStrength={field.name === record.strengthParam}
      value={params[field.name]}
      onChange={(value) => onChange({ ...params, [field.name]: value })}
    />
  )
  const ofLayers = fields.filter(({ name }) => layerFields.includes(name))
  const hasProblem = ofLayers.some((field) => problemOf(field, params[field.name]) !== null)
  return (
    <div className="stack">
      {fields.filter((field) => !ofLayers.includes(field)).map(draw)}
      {ofLayers.length > 0 && (
        <details
          open={isOpen || hasProblem}
          onToggle={(event) => setIsOpen(event.currentTarget.open)}
        >
          <summary>Which layers: {layersText(params)}</summary>
          <div className="stack" style={{ marginTop: 10 }}>
            {ofLayers.map(draw)}
          </div>
        </details>
      )}
    </div>
  )
}

interface FieldProps<F extends ParamField = ParamField> {
  readonly field: F
  readonly isStrength: boolean
  readonly value: Json | undefined
  readonly onChange: (value: Json) => void
}

function Field(props: FieldProps): ReactNode {
  const { field, value } = props
  const id = useId()
  const problem = problemOf(field, value)
  return (
    <div className="field">
      <label htmlFor={id} className="line" style={{ gap: 6 }}>
        {field.title}
        {props.isStrength && field.name !== 'strength' && (
          <span className="badge accent">strength</span>
        )}
      </label>
      <Control {...props} id={id} problem={problem} />
      <p className="hint" id={`${id}-hint`}>
        {asSentence(field.description)} {factsOf(field)}
      </p>
      {problem !== null && <p className="problem">{problem}</p>}
    </div>
  )
}

/** Descriptions of the catalogue may come without a full stop; another sentence follows here. */
function asSentence(text: string): string {
  return text === '' || /[.!?:]$/.test(text) ? text : `${text}.`
}

function factsOf(field: ParamField): string {
  const range = field.kind === 'number' ? rangeText(field) : ''
  const parts = [range === '' ? '' : `A number ${range}.`]
  if (field.default !== undefined) parts.push(`Default ${writeValue(field.default)}.`)
  return parts.filter(Boolean).join(' ')
}

type ControlProps<F extends ParamField = ParamField> = FieldProps<F> & {
  readonly id: string
  readonly problem: string | null
}

function Control(props: ControlProps): ReactNode {
  const { field, value, onChange, id } = props
  switch (field.kind) {
    case 'number':
      return <NumberControl {...props} field={field} />
    case 'boolean':
      return (
        <Switch.Root
          id={id}
          className="switch"
          checked={value === true}
          onCheckedChange={onChange}
          aria-describedby={`${id}-hint`}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      )
    case 'choice':
      return (
        <select
          id={id}
          className="select"
          value={writeValue(value ?? null)}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            const chosen = field.options.find((option) => writeValue(option) === event.target.value)
            onChange(chosen ?? null)
          }}
        >
          {field.isNullable && <option value="none">none</option>}
          {field.options.map((option) => (
            <option key={writeValue(option)}>{writeValue(option)}</option>
          ))}
        </select>
      )
    case 'choices':
      return <Checks {...props} options={field.options} />
    case 'list':
      return <TextControl {...props} parse={listParser(field.item)} />
    case 'record':
      return <TextControl {...props} parse={parseRecord} placeholder="0-3: 0.25, 7: 0" />
    case 'scales':
      return <ScalesControl id={id} value={value} onChange={onChange} />
    case 'text':
      return <TextControl {...props} parse={parseText} />
  }
}

function listParser(item: 'number' | 'integer' | 'text'): (text: string) => Json {
  return item === 'integer' ? parseWholeNumbers : (text) => parseList(text, item)
}

/** Several of a few: a tick each, kept in the schema's order. */
function Checks({
  options,
  value,
  onChange,
  field,
  id,
}: ControlProps & { readonly options: readonly Json[] }): ReactNode {
  const chosen = Array.isArray(value) ? value : []
  return (
    <div className="line" role="group" aria-label={field.title} aria-describedby={`${id}-hint`}>
      {options.map((option, index) => (
        <label key={writeValue(option)} className="line" style={{ gap: 5 }}>
          <input
            {...(index === 0 ? { id } : {})}
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={(event) =>
              onChange(
                options.filter((other) =>
                  other === option ? event.target.checked : chosen.includes(other),
                ),
              )
            }
          />
          {writeValue(option)}
        </label>
      ))}
    </div>
  )
}

function NumberControl({
  field,
  isStrength,
  value,
  onChange,
  id,
  problem,
}: ControlProps<NumberField>): ReactNode {
  const hasSlider = isStrength && field.min !== null && field.max !== null
  return (
    <div className="line">
      {hasSlider && (
        <Slider.Root
          className="slider"
          min={field.min}
          max={field.max}
          step={field.step}
          value={[typeof value === 'number' ? value : field.min]}
          onValueChange={([next]) => next !== undefined && onChange(next)}
        >
          <Slider.Track className="slider-track">
            <Slider.Range className="slider-range" />
          </Slider.Track>
          <Slider.Thumb className="slider-thumb" aria-label={field.title} />
        </Slider.Root>
      )}
      <input
        id={id}
        className="input numeric"
        type="number"
        step={field.isInteger ? 1 : 'any'}
        {...(field.min === null ? {} : { min: field.min })}
        {...(field.max === null ? {} : { max: field.max })}
        value={typeof value === 'number' ? value : ''}
        placeholder={field.isNullable ? 'none' : ''}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) =>
          onChange(event.target.value === '' ? null : event.target.valueAsNumber)
        }
      />
    </div>
  )
}

/** Keeps what is being typed; the value follows it. */
function TextControl({
  value,
  onChange,
  id,
  problem,
  parse,
  placeholder,
}: ControlProps & {
  readonly parse: (text: string) => Json
  readonly placeholder?: string
}): ReactNode {
  const [text, setText] = useState(() => editableText(value))
  return (
    <input
      id={id}
      className="input"
      value={text}
      placeholder={placeholder}
      aria-invalid={problem !== null}
      aria-describedby={`${id}-hint`}
      onChange={(event) => {
        setText(event.target.value)
        onChange(parse(event.target.value))
      }}
    />
  )
}

/** A text that is JSON is that value, anything else is the text itself. */
function parseText(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
