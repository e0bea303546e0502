/** GSM8K (Cobbe et al. 2021): word problems of grade school whose last number must be right. */
import { z } from 'zod'
import type { Sample } from '#contract/suites'
import { numberScorers } from './default-scorers.ts'
import { gsm8kExamples } from './gsm8k-examples.ts'
import { readJsonLines } from './json-lines.ts'
import type { GenerateRequest, SuiteDefinition } from './types.ts'

/** lm-evaluation-harness: until, and the number of new tokens where a task names none (max_gen_toks). */
const stopTexts = ['Question:', '</s>', '<|im_end|>'] as const
const newTokens = 256

const gsm8kRow = z.object({
  question: z.string().min(1),
  answer: z.string().regex(/#### -?[\d.,]+\s*$/, 'expected "#### " and a number at the end'),
})

export const gsm8k: SuiteDefinition = {
  record: {
    id: 'gsm8k',
    title: 'GSM8K (5 examples)',
    summary:
      'Word problems that take two to eight steps; 1,319 in the test set. A small model solves few of them.',
    version: 1,
    kind: 'exact-answer',
    licence: 'MIT',
    source: 'https://github.com/openai/grade-school-math',
    paper: {
      authors:
        'Cobbe, Kosaraju, Bavarian, Chen, Jun, Kaiser, Plappert, Tworek, Hilton, Nakano, Hesse, Schulman',
      year: 2021,
      title: 'Training Verifiers to Solve Math Word Problems',
      link: 'https://arxiv.org/abs/2110.14168',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/openai/grade-school-math/master/grade_school_math/data/test.jsonl',
      sha256: null,
      fileName: 'test.jsonl',
    },
    format: 'JSON lines (may be gzip) with question, answer; the answer ends with "#### NUMBER"',
    scorers: [...numberScorers],
    howItIsPut: `Five worked examples, then "Question: ...", a line end, "Answer:"; plain text without a chat template or system prompt. The answer ends before ${stopTexts.map((text) => `"${text}"`).join(', ')} or after ${newTokens} tokens, whatever the configuration says. Two readings, as in lm-evaluation-harness 0.4.13: strict takes the number behind "####", flexible the last number. The examples are the first five of the training set for every question; lm-evaluation-harness draws five at random for each, so single answers differ from its own.`,
  },
  embedded: null,
  readSamples: (file) =>
    readJsonLines(file, gsm8kRow).map(({ value, line }, index): Sample => {
      const { question, answer } = value
      return {
        id: `gsm8k-${line}`,
        index,
        preamble: examples,
        prompt: `Question: ${question}\nAnswer:`,
        expectation: 'none',
        category: null,
        cluster: null,
        metadata: { solution: answer },
        answer: answer.slice(answer.lastIndexOf('#### ') + 5).trim(),
      }
    }),
  toRequest: ({ preamble = '', prompt }): GenerateRequest => ({
    kind: 'generate',
    user: preamble + prompt,
    isPlain: true,
    stopTexts: [...stopTexts],
    maxNewTokens: newTokens,
  }),
}

const examples = gsm8kExamples
  .map(({ question, answer }) => `Question: ${question}\nAnswer: ${answer}\n\n`)
  .join('')
