/** AI2 Reasoning Challenge (Clark et al. 2018): grade-school science questions, easy and challenge sets. */
import { z } from 'zod'
import type { Sample, SuiteRecord } from '#contract/suites'
import {
  type ChoiceReading,
  choiceKind,
  choiceSamples,
  choicesRequest,
  howChoicesArePut,
} from './choice-samples.ts'
import { contentId } from './content-id.ts'
import { choiceScorers } from './default-scorers.ts'
import { type JsonRow, readJsonLines } from './json-lines.ts'
import type { DataFile, SuiteDefinition } from './types.ts'

interface ArcRow {
  /** Null where the rows have lost their ids. */
  readonly id: string | null
  readonly stem: string
  readonly choices: readonly string[]
  readonly gold: number
}

/** AI2's own rows: labels are A to E or 1 to 5. */
const publishedRow = z
  .object({
    id: z.string(),
    question: z.object({
      stem: z.string().min(1),
      choices: z.array(z.object({ text: z.string(), label: z.string() })),
    }),
    answerKey: z.string(),
  })
  .transform(({ id, question, answerKey }): ArcRow => {
    const choices = question.choices.map(({ text }) => text)
    const gold = question.choices.findIndex(({ label }) => label === answerKey)
    return { id, stem: question.stem, choices, gold }
  })

/** Rows of Hugging Face's ai2_arc. */
const columnRow = z
  .object({
    id: z.string(),
    question: z.string().min(1),
    choices: z.object({ text: z.array(z.string()), label: z.array(z.string()) }),
    answerKey: z.string(),
  })
  .transform(({ id, question, choices, answerKey }): ArcRow => {
    return { id, stem: question, choices: choices.text, gold: choices.label.indexOf(answerKey) }
  })

/** Rows reshaped for scoring, as evaluation kits pass them on. */
const reshapedRow = z
  .object({ query: z.string().min(1), choices: z.array(z.string()), gold: z.number().int() })
  .transform(({ query, choices, gold }): ArcRow => {
    return { id: null, stem: query.replace(/^Question: /, ''), choices, gold }
  })

const arcRow = z.union([publishedRow, columnRow, reshapedRow], {
  error:
    'expected {id, question: {stem, choices: [{text, label}]}, answerKey}, {id, question, choices: {text, label}, answerKey} or {query, choices, gold}',
})

const shared = {
  version: 1,
  kind: choiceKind,
  licence: 'CC BY-SA 4.0',
  source: 'https://huggingface.co/datasets/allenai/ai2_arc',
  paper: {
    authors: 'Clark, Cowhey, Etzioni, Khot, Sabharwal, Schoenick, Tafjord',
    year: 2018,
    title: 'Think you have Solved Question Answering? Try ARC, the AI2 Reasoning Challenge',
    link: 'https://arxiv.org/abs/1803.05457',
  },
  // The official archive is a zip with nine files; a person picks the test file.
  obtain: null,
  format:
    'JSON lines (may be gzip): AI2’s own {id, question: {stem, choices}, answerKey}, Hugging Face’s {id, question, choices, answerKey}, or {query, choices, gold}',
  howItIsPut: `"Question: ...", a line end, "Answer:"; no examples. ${howChoicesArePut}`,
} as const satisfies Partial<SuiteRecord>

export const arcEasy: SuiteDefinition = {
  record: {
    ...shared,
    id: 'arc-easy',
    title: 'ARC-Easy',
    summary: 'Science questions of grade school with three to five choices; 2,376 in the test set.',
    scorers: [...choiceScorers],
  },
  embedded: null,
  readSamples,
  toRequest: choicesRequest,
}

export const arcChallenge: SuiteDefinition = {
  record: {
    ...shared,
    id: 'arc-challenge',
    title: 'ARC-Challenge',
    summary:
      'Science questions that word statistics get wrong; 1,172 in the test set. acc_norm is the figure usually reported.',
    scorers: [...choiceScorers],
  },
  embedded: null,
  readSamples,
  toRequest: choicesRequest,
}

function readSamples(file: DataFile): Sample[] {
  return choiceSamples(readJsonLines(file, arcRow), readRow)
}

function readRow({ value }: JsonRow<ArcRow>): ChoiceReading {
  const { id, stem, choices, gold } = value
  return {
    id: id ?? `arc-${contentId([stem, choices])}`,
    prompt: `Question: ${stem}\nAnswer:`,
    choices,
    gold,
    category: null,
    metadata: {},
  }
}
