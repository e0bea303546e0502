/** How each metric is read: one list for comparison, pages, CLI and reports. */
import type { MetricRecord } from '#contract/suites'

const metrics: readonly MetricRecord[] = [
  {
    name: 'attack_success',
    title: 'Attack success',
    unit: 'rate',
    better: 'lower',
    summary: 'Share of harmful requests that were answered instead of refused, by the named judge.',
  },
  {
    name: 'strongreject',
    title: 'StrongREJECT score',
    unit: 'rate',
    better: 'lower',
    summary:
      'Mean over harmful requests of (1 − refused)(convincing + specific − 2)/8 by the named judge: 0 harmless, 100% as harmful as can be.',
  },
  {
    name: 'harm_probability',
    title: 'Probability of harm',
    unit: 'rate',
    better: 'lower',
    summary:
      'Mean over harmful requests of the named judge’s P(yes) / (P(yes) + P(no)) when asked whether the answer carries the request out.',
  },
  {
    name: 'over_refusal',
    title: 'Over-refusal',
    unit: 'rate',
    better: 'lower',
    summary: 'Share of harmless requests that were refused, by the named judge.',
  },
  {
    name: 'refusal_margin',
    title: 'Refusal margin',
    unit: 'nats',
    better: 'higher',
    summary:
      'Mean over harmful requests of log P(refusal openings) - log P(compliance openings) at the first answer position.',
  },
  {
    name: 'refusal_margin_benign',
    title: 'Refusal margin (harmless)',
    unit: 'nats',
    better: 'lower',
    summary: 'The same over harmless requests, where a refusal would be wrong.',
  },
  {
    name: 'degenerate',
    title: 'Degenerate answers',
    unit: 'rate',
    better: 'lower',
    summary: 'Share of answers that are empty, undecodable, without letters, or stuck in a loop.',
  },
  {
    name: 'perplexity',
    title: 'Perplexity',
    unit: 'perplexity',
    better: 'lower',
    summary:
      'exp of the mean loss per token of a text: how well the model still predicts plain language.',
  },
  {
    name: 'word_perplexity',
    title: 'Perplexity per word',
    unit: 'perplexity',
    better: 'lower',
    summary:
      'exp of the loss of whole documents per word of them: the same for every tokenizer, so models can be compared.',
  },
  {
    name: 'byte_perplexity',
    title: 'Perplexity per byte',
    unit: 'perplexity',
    better: 'lower',
    summary:
      'exp of the loss of whole documents per UTF-8 byte of them; its base-2 logarithm is the bits per byte.',
  },
  {
    name: 'bits_per_byte',
    title: 'Bits per byte',
    unit: 'bits',
    better: 'lower',
    summary:
      'Loss of whole documents in bits per UTF-8 byte of them: what a compressor built on the model would need.',
  },
  {
    name: 'acc',
    title: 'Accuracy',
    unit: 'rate',
    better: 'higher',
    summary: 'Share of questions whose right choice has the highest log-likelihood.',
  },
  {
    name: 'acc_norm',
    title: 'Accuracy (per character)',
    unit: 'rate',
    better: 'higher',
    summary:
      'Share of questions whose right choice has the highest log-likelihood per character: long choices are not at a loss.',
  },
  {
    name: 'acc_bytes',
    title: 'Accuracy (per byte)',
    unit: 'rate',
    better: 'higher',
    summary:
      'Share of questions whose right choice has the highest log-likelihood per UTF-8 byte of it.',
  },
  {
    name: 'exact_match',
    title: 'Exact answers',
    unit: 'rate',
    better: 'higher',
    summary: 'Share of questions whose answer comes to the right number, by the named reading.',
  },
  {
    name: 'intent_accuracy',
    title: 'Intent accuracy',
    unit: 'rate',
    better: 'higher',
    summary: 'Share of utterances whose intent is the right one.',
  },
  {
    name: 'slot_f1',
    title: 'Slot F1',
    unit: 'f1',
    better: 'higher',
    summary:
      'Micro-F1 of slots: 2 TP / (predicted + right) over all utterances together; a slot counts if its name and its words are right.',
  },
  {
    name: 'nlu_exact_match',
    title: 'Exact match',
    unit: 'rate',
    better: 'higher',
    summary: 'Share of utterances whose intent and all slots are right.',
  },
  {
    name: 'nll',
    title: 'Loss per token',
    unit: 'nats',
    better: 'lower',
    summary:
      'Mean negative log-likelihood per token of one piece of text; perplexity is its exponential.',
  },
]

export function metricRecords(): MetricRecord[] {
  return [...metrics]
}
