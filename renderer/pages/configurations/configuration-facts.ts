/** A configuration as labelled lines, so that two of them can be shown by what differs. */
import type { Configuration } from '#contract/configurations'
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

export function factsOfConfiguration(configuration: Configuration): Fact[] {
  const { decoding, interventions } = configuration
  return [
    { label: 'Model', value: configuration.modelId },
    { label: 'Adapter', value: configuration.adapterId ?? 'none' },
    ...interventions.flatMap(({ id, params }, index) => [
      { label: `Intervention ${index + 1}`, value: id },
      ...Object.entries(params).map(([name, value]) => ({
        label: `Intervention ${index + 1}: ${spelledOut(name).toLocaleLowerCase()}`,
        value: writeValue(value),
      })),
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

/** `TEAL 50%` style: what a person would call it, from its interventions. */
export function proposedName(
  interventions: Configuration['interventions'],
  titleOf: (id: string) => string,
  strengthOf: (id: string) => string | null,
  adapterName: string | null = null,
): string {
  const adapted = adapterName === null ? [] : [adapterName]
  if (interventions.length === 0) return adapted[0] ?? 'Baseline'
  return adapted
    .concat(
      interventions.map(({ id, params }) => {
        const strength = strengthOf(id)
        const value = strength === null ? undefined : params[strength]
        return value === undefined ? titleOf(id) : `${titleOf(id)} ${writeValue(value)}`
      }),
    )
    .join(' + ')
}
