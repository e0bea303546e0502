/** MASSIVE's intents for causal language models: all 60 names are ranked by their likelihood. */
import type { Sample } from '#contract/suites'
import { intentScorers } from '../default-scorers.ts'
import type { ChoicesRequest, SampleOptions, StreamedSuite } from '../types.ts'
import { massiveIntents } from './inventory.ts'
import { massive } from './massive.ts'
import type { MassiveRow } from './rows.ts'
import { streamMassiveSamples } from './samples.ts'
import { workedExamples } from './worked-examples.ts'

/**
 * One a line: on en-US (dev) Qwen2.5-Coder-0.5B-Instruct without examples got 11 of 40 right so, and 2 of 24 where a sentence listed
 * them between commas: then half of all was taken for the first of them.
 */
const instruction = `Intents of requests to a virtual assistant:\n${massiveIntents.join('\n')}\n\n`

/** A request alone is understood. */
const usualExamples = 0

const { needs: _, ...shared } = massive.record

/** Locales and partitions, data and licence are those of the suite `massive`. */
export const massiveIntent: StreamedSuite = {
  record: {
    ...shared,
    id: 'massive-intent',
    title: 'MASSIVE intents (ranked)',
    summary:
      'The same requests, put to a language model that was not trained for them: which of the 60 intents it finds most likely. Not to be compared with fine-tuned models.',
    scorers: [...intentScorers],
    howItIsPut: `Plain text without a chat template or system prompt, for chat models too: the 60 intents in alphabetical order, one a line, then "Request: ..." and "Intent:". Every intent behind one space is ranked by the sum of its log-probabilities (raw); the mean per token is given beside it. Nothing is generated, so nothing can fail to parse. Worked examples (none unless a plan asks for them) come from the training partition, in the locale of the request, the same ids in every locale: by a hash of the id, first one of each intent. A sample that the model’s context cannot hold whole is an error. A limit counts utterances, the same ones in every locale.`,
    dataOf: 'massive',
    examples: usualExamples,
  },
  embedded: null,
  streamSamples,
  countSamples: massive.countSamples,
  toRequest: ({ preamble = '', prompt, choices = [] }): ChoicesRequest => ({
    kind: 'choices',
    context: `${preamble}Request: ${prompt}\nIntent:`,
    continuations: choices.map((choice) => ` ${choice}`),
    // Without the list of intents at its beginning the question is another one.
    mustFit: true,
  }),
}

async function streamSamples(path: string, options: SampleOptions): Promise<Sample[]> {
  const samples = await streamMassiveSamples(path, options)
  const locales = [...new Set(samples.map(({ category }) => category ?? ''))]
  const examples = await workedExamples(path, { locales, count: options.examples ?? usualExamples })
  const preambles = new Map(locales.map((locale) => [locale, preambleOf(examples.get(locale))]))
  return samples.map((sample) => ({
    ...sample,
    preamble: preambles.get(sample.category ?? '') ?? instruction,
    choices: [...massiveIntents],
    gold: massiveIntents.indexOf(sample.utterance?.intent ?? ''),
  }))
}

function preambleOf(examples: readonly MassiveRow[] = []): string {
  const shown = examples.map(({ utt, intent }) => `Request: ${utt}\nIntent: ${intent}\n\n`)
  return instruction + shown.join('')
}
