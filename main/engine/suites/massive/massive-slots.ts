/** MASSIVE's slots for causal language models: the utterance is written once more, with brackets around the words of a slot. */
import type { Sample } from '#contract/suites'
import { slotScorers } from '../default-scorers.ts'
import type { AnnotateRequest, SampleOptions, StreamedSuite } from '../types.ts'
import { characterLocales, massiveSlots, outsideLabel } from './inventory.ts'
import { massive } from './massive.ts'
import type { MassiveRow } from './rows.ts'
import { streamMassiveSamples } from './samples.ts'
import { workedExamples } from './worked-examples.ts'

/** Without any, small models do not know what a bracket is for. */
const usualExamples = 8

const instruction = `Repeat each request to a virtual assistant, and put brackets around the words that fill a slot, as in [time : five am]. The slots are ${massiveSlots.join(', ')}.\n\n`

const { needs: _, ...shared } = massive.record

export const massiveSlotsSuite: StreamedSuite = {
  record: {
    ...shared,
    id: 'massive-slots',
    title: 'MASSIVE slots (annotated)',
    summary:
      'The same requests, put to a language model that was not trained for them: which words fill which of the 55 slots. Not to be compared with fine-tuned models.',
    scorers: [...slotScorers],
    howItIsPut: `Plain text without a chat template or system prompt, for chat models too: an instruction that lists the 55 slots, ${usualExamples} worked examples unless a plan says otherwise (from the training partition, in the locale of the request, the same ids in every locale), then "Request: ..." and "Annotated:". The model writes the annotated request within a grammar: the next word, the beginning of a slot, or its end, whichever is likeliest (greedy); so every answer parses and has every word. A word is written as the tokenizer writes it; in ja-JP, zh-CN and zh-TW a slot can begin and end at any character. A sample that the model’s context cannot hold whole is an error. A limit counts utterances, the same ones in every locale.`,
    dataOf: 'massive',
    examples: usualExamples,
  },
  embedded: null,
  streamSamples,
  countSamples: massive.countSamples,
  toRequest: ({ preamble = '', prompt, utterance }): AnnotateRequest => {
    const words = utterance?.words ?? []
    return {
      kind: 'annotate',
      context: `${preamble}Request: ${prompt}\nAnnotated:`,
      words,
      joints: jointsOf(words, utterance?.locale ?? ''),
      slots: massiveSlots,
      outside: outsideLabel,
    }
  },
}

async function streamSamples(path: string, options: SampleOptions): Promise<Sample[]> {
  const samples = await streamMassiveSamples(path, options)
  const locales = [...new Set(samples.map(({ category }) => category ?? ''))]
  const count = options.examples ?? usualExamples
  const examples = await workedExamples(path, { locales, count })
  const preambles = new Map(locales.map((locale) => [locale, preambleOf(examples.get(locale))]))
  return samples.map((sample) => ({
    ...sample,
    preamble: preambles.get(sample.category ?? '') ?? instruction,
  }))
}

function preambleOf(examples: readonly MassiveRow[] = []): string {
  const shown = examples.map(({ utt, annotUtt }) => `Request: ${utt}\nAnnotated: ${annotUtt}\n\n`)
  return instruction + shown.join('')
}

/** Where words are characters, nothing stands between two of them, and a space beside what is longer: a name in Latin letters. */
function jointsOf(words: readonly string[], locale: string): string[] {
  if (!characterLocales.includes(locale)) return words.map(() => ' ')
  const isCharacter = (word: string | undefined): boolean =>
    word === '' || (word !== undefined && (word.codePointAt(0) ?? 0) > 127)
  return words.map((word, at) => (isCharacter(word) && isCharacter(words[at - 1]) ? '' : ' '))
}
