/**
 * Loss of a text: negative log-likelihood, natural log, per predicted token, word or byte, weighted by how many there are. The
 * aggregate is exp(sum of weight * value / sum of weight): perplexity; of bits per byte it is the quotient itself.
 */
import type { Sample, Score } from '#contract/suites'
import type { LiveScorer } from './types.ts'

interface Unit {
  readonly id: string
  readonly scoreName: string
  readonly title: string
  readonly summary: string
  /** Nats in one unit of the stored value. */
  readonly nats?: number
  readonly count: (sample: Sample, targets: number) => number | null
}

const units: readonly Unit[] = [
  {
    id: 'token',
    scoreName: 'nll',
    title: 'per token',
    summary:
      'Per token of the model’s own tokenizer: comparable only between models that share it.',
    count: (_, targets) => targets,
  },
  {
    id: 'word',
    scoreName: 'word_nll',
    title: 'per word',
    summary: 'Per word of the document as the suite counts them: the same for every tokenizer.',
    count: ({ metadata }) => countIn(metadata.words),
  },
  {
    id: 'byte',
    scoreName: 'byte_nll',
    title: 'per byte',
    summary: 'Per UTF-8 byte of the document: the same for every tokenizer.',
    count: ({ metadata }) => countIn(metadata.bytes),
  },
  {
    id: 'bits-per-byte',
    scoreName: 'bits_per_byte',
    title: 'in bits per byte',
    summary:
      'The same loss per UTF-8 byte, in bits: the base-2 logarithm of the perplexity per byte.',
    nats: Math.LN2,
    count: ({ metadata }) => countIn(metadata.bytes),
  },
]

export const perplexityScorer: LiveScorer = {
  kind: 'live',
  record: {
    id: 'perplexity',
    title: 'Perplexity',
    summary: 'How surprised the model is by a text, per token. Needs the model.',
    version: 1,
    variants: units.map(({ id, title, summary }) => ({ id, title, summary, resource: null })),
    isOffline: false,
    metrics: ['perplexity', 'word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  },
  score: ({ variant, sample, evidence }) => {
    const unit = units.find(({ id }) => id === variant)
    if (unit === undefined || sample.expectation !== 'none') return []
    return [{ scorer: 'perplexity', variant, version: 1, ...measure(unit, sample, evidence) }]
  },
}

function measure(
  unit: Unit,
  sample: Sample,
  { targetLogProbs }: { readonly targetLogProbs: ArrayLike<number> | null },
): Pick<Score, 'name' | 'value' | 'weight' | 'label' | 'evidence'> {
  const unscored = (evidence: string) => {
    return { name: unit.scoreName, value: null, weight: 0, label: 'unscored', evidence }
  }
  if (targetLogProbs === null || targetLogProbs.length === 0) {
    return unscored('no token was predicted')
  }
  const count = unit.count(sample, targetLogProbs.length)
  if (count === null) return unscored(`this suite does not count its texts ${unit.title}`)
  let sum = 0
  for (let i = 0; i < targetLogProbs.length; i++) sum -= targetLogProbs[i]
  const { nats = 1 } = unit
  const value = sum / count / nats
  if (!Number.isFinite(value)) return unscored('the loss is not finite')
  return {
    name: unit.scoreName,
    value,
    weight: count,
    label: `perplexity ${Math.exp(value * nats).toPrecision(4)}`,
    evidence: evidenceOf(unit, { count, loss: value * nats }),
  }
}

function evidenceOf({ id }: Unit, { count, loss }: { count: number; loss: number }): string {
  if (id === 'token' || id === 'word') return `${count} ${id}s`
  return `${count} bytes, ${(loss / Math.LN2).toFixed(4)} bits per byte`
}

/** A count that the suite keeps with the sample. */
function countIn(text: string | undefined): number | null {
  const count = Number(text)
  return Number.isInteger(count) && count > 0 ? count : null
}
