/** A configuration as labelled lines, so that two of them can be shown by what differs. */
import type { Configuration, InterventionRecord } from '#contract/configurations'
import type { Json } from '#contract/json'
import { layerFields, layersText } from '../../components/layers-text.ts'
import { spelledOut } from '../../components/params-schema.ts'
import { writeValue } from '../../components/params-text.ts'
import { precisionWords, providerWords } from '../../format/words.ts'

/** Whether anything is done to the model, so that there is something for a passport to verify. */
export function changesModel({
  interventions,
  precision,
}: Pick<Configuration, 'interventions' | 'precision'>): boolean {
  return interventions.length > 0 || precision !== 'exact'
}

export interface Fact {
  readonly label: string
  readonly value: string
}

/** What ids are called, as far as it is known. */
export interface Names {
  readonly model: string | null
  readonly interventionOf: (id: string) => string
}

export function factsOfConfiguration(
  configuration: Configuration,
  { model, interventionOf }: Names = { model: null, interventionOf: (id) => id },
): Fact[] {
  const { decoding, interventions, modelId } = configuration
  return [
    { label: 'Model', value: model === null ? modelId : `${model} (${modelId})` },
    { label: 'Adapter', value: configuration.adapterId ?? 'none' },
    ...interventions.flatMap(({ id, params }, index) => [
      { label: `Intervention ${index + 1}`, value: interventionOf(id) },
      ...Object.entries(params)
        .filter(([name]) => !layerFields.includes(name))
        .map(([name, value]) => ({
          label: `${index + 1}: ${spelledOut(name).toLocaleLowerCase()}`,
          value: writeValue(value),
        })),
      ...(Object.keys(params).some((name) => layerFields.includes(name))
        ? [{ label: `${index + 1}: layers`, value: layersText(params) }]
        : []),
    ]),
    ...(configuration.calibrationText === undefined
      ? []
      : [
          {
            label: 'Fitted on',
            value: `own text, sha256 ${configuration.calibrationText.slice(0, 12)}`,
          },
        ]),
    { label: 'Precision', value: precisionWords[configuration.precision].title },
    { label: 'Provider', value: providerWords[configuration.provider] },
    { label: 'KV cache', value: configuration.kv.id },
    { label: 'Longest answer', value: `${decoding.maxNewTokens} tokens` },
    {
      label: 'Temperature',
      value: decoding.temperature === 0 ? '0, greedy' : `${decoding.temperature}`,
    },
    { label: 'Top k', value: decoding.topK === 0 ? 'all' : `${decoding.topK}` },
    { label: 'Top p', value: `${decoding.topP}` },
    { label: 'Seed', value: `${decoding.seed}` },
    { label: 'System prompt', value: configuration.systemPrompt ?? 'the template’s own' },
  ]
}

export interface FactPair {
  readonly label: string
  /** Null where that configuration has no such line. */
  readonly a: string | null
  readonly b: string | null
}

/** Lines that are not the same in both, in the first one's order. */
export function differingFacts(a: readonly Fact[], b: readonly Fact[]): FactPair[] {
  const labels = [...new Set([...a, ...b].map(({ label }) => label))]
  const valueIn = (facts: readonly Fact[], label: string) =>
    facts.find((fact) => fact.label === label)?.value ?? null
  return labels
    .map((label) => ({ label, a: valueIn(a, label), b: valueIn(b, label) }))
    .filter((pair) => pair.a !== pair.b)
}

/** What a proposed name reads of an intervention. */
export type NamedRecord = Pick<InterventionRecord, 'title' | 'strengthParam' | 'defaults'>

/** `TEAL 0.5 + Activation quantisation bits 4`: what a person would call it, from its interventions. */
export function proposedName(
  interventions: Configuration['interventions'],
  recordOf: (id: string) => NamedRecord | undefined,
  adapterName: string | null = null,
): string {
  const adapted = adapterName === null ? [] : [adapterName]
  if (interventions.length === 0) return adapted[0] ?? 'Baseline'
  return adapted
    .concat(
      interventions.map(({ id, params }) => {
        const record = recordOf(id)
        return record === undefined ? id : [record.title, ...settingsOf(params, record)].join(' ')
      }),
    )
    .join(' + ')
}

/** So many changed parameters stand in a name. */
const mostNamed = 2

/** The strength, and what is set other than by default. A strength of 1 is the published form and needs no mention. */
function settingsOf(
  params: Readonly<Record<string, Json>>,
  { strengthParam, defaults }: NamedRecord,
): string[] {
  const strength = strengthParam === null ? undefined : params[strengthParam]
  const changed = Object.entries(params).filter(
    ([name, value]) =>
      name !== strengthParam &&
      !layerFields.includes(name) &&
      (typeof value === 'number' || typeof value === 'string') &&
      value !== defaults[name],
  )
  return [
    ...(strength === undefined || strength === 1 ? [] : [writeValue(strength)]),
    ...changed
      .slice(0, mostNamed)
      .map(([name, value]) => `${spelledOut(name).toLocaleLowerCase()} ${writeValue(value)}`),
  ]
}
