/**
 * WinoGrande (Sakaguchi et al. 2020): which of two words a blank in a sentence stands for. Partial evaluation (Trinh and Le 2018): the
 * sentence up to the blank with each word in turn, and how likely the rest of it then is.
 */
import { z } from 'zod'
import { type ChoiceReading, choiceKind, choiceSamples } from './choice-samples.ts'
import { contentId } from './content-id.ts'
import { partialChoiceScorers } from './default-scorers.ts'
import { type JsonRow, readJsonLines } from './json-lines.ts'
import type { Sample } from '#contract/suites'
import type { ChoicesRequest, SuiteDefinition } from './types.ts'

interface Sentence {
  /** Null where the rows have lost their ids. */
  readonly id: string | null
  /** Up to the blank. */
  readonly before: string
  /** Behind the blank, without spaces at its ends. */
  readonly after: string
  readonly options: readonly string[]
  readonly gold: number
}

const blank = '_'

/** The authors' own rows. */
const publishedRow = z
  .object({
    qID: z.string().optional(),
    sentence: z.string().includes(blank, { error: 'expected a sentence with the blank _' }),
    option1: z.string().min(1),
    option2: z.string().min(1),
    answer: z.enum(['1', '2']),
  })
  .transform(({ qID, sentence, option1, option2, answer }): Sentence => {
    const at = sentence.indexOf(blank)
    return {
      id: qID ?? null,
      before: sentence.slice(0, at),
      after: sentence.slice(at + blank.length).trim(),
      options: [option1, option2],
      gold: Number(answer) - 1,
    }
  })

/** Rows reshaped for scoring, as evaluation kits pass them on: the first part with each word in the blank. */
const reshapedRow = z
  .object({
    context_options: z.tuple([z.string().min(1), z.string().min(1)]),
    continuation: z.string().min(1),
    gold: z.number().int(),
  })
  .transform(({ context_options: contexts, continuation, gold }): Sentence => {
    const before = sharedWords(contexts)
    return {
      id: null,
      before,
      after: continuation.trim(),
      options: contexts.map((context) => context.slice(before.length)),
      gold,
    }
  })

const winograndeRow = z.union([publishedRow, reshapedRow], {
  error:
    'expected {sentence with _, option1, option2, answer: "1" or "2"} or {context_options (2), continuation, gold}',
})

export const winogrande: SuiteDefinition = {
  record: {
    id: 'winogrande',
    title: 'WinoGrande',
    summary:
      'Sentences with a blank that one of two words fills, made so that word statistics do not tell; 1,267 in the validation set.',
    version: 1,
    kind: choiceKind,
    licence: 'CC BY',
    source: 'https://github.com/allenai/winogrande',
    paper: {
      authors: 'Sakaguchi, Le Bras, Bhagavatula, Choi',
      year: 2020,
      title: 'WinoGrande: An Adversarial Winograd Schema Challenge at Scale',
      link: 'https://arxiv.org/abs/1907.10641',
    },
    // The official archive is a zip with all sizes of the training set; a person picks dev.jsonl.
    obtain: null,
    format:
      'JSON lines (may be gzip): the authors’ {qID, sentence, option1, option2, answer}, or {context_options (2), continuation, gold}',
    scorers: [...partialChoiceScorers],
    howItIsPut:
      'The sentence up to the blank with each word in turn is the context; the log-likelihood of the rest of the sentence, behind one space, is summed over its tokens, and the word with the higher sum is the answer (partial evaluation). No examples; nothing is generated. Prompts, tokens and accounting are those of lm-evaluation-harness 0.4.13; like there, no chat template and no system prompt is used, also for chat models.',
  },
  embedded: null,
  readSamples: (file) => choiceSamples(readJsonLines(file, winograndeRow), readRow),
  toRequest,
}

function readRow({ value }: JsonRow<Sentence>): ChoiceReading {
  const { id, before, after, options, gold } = value
  return {
    id: id ?? `winogrande-${contentId([before, after, options])}`,
    prompt: `${before}${blank} ${after}`,
    choices: options,
    gold,
    category: null,
    metadata: { before, after },
  }
}

function toRequest({ prompt, choices = [], metadata }: Sample): ChoicesRequest {
  const { before = '', after = '' } = metadata
  return {
    kind: 'choices',
    context: prompt,
    contexts: choices.map((choice) => before + choice),
    continuations: choices.map(() => ` ${after}`),
  }
}

/** What both begin with, up to and with the space before the words that differ. */
function sharedWords([first, second]: readonly [string, string]): string {
  let end = 0
  while (end < Math.min(first.length, second.length) && first[end] === second[end]) end++
  return first.slice(0, first.lastIndexOf(' ', end - 1) + 1)
}
