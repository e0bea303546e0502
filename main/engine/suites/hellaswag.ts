/** HellaSwag (Zellers et al. 2019): which of four endings goes on a scene. */
import { z } from 'zod'
import { choiceKind, choiceSamples, choicesRequest, howChoicesArePut } from './choice-samples.ts'
import { choiceScorers } from './default-scorers.ts'
import { readJsonLines } from './json-lines.ts'
import type { SuiteDefinition } from './types.ts'

const hellaswagRow = z.object({
  ind: z.number().int(),
  activity_label: z.string(),
  ctx_a: z.string(),
  ctx_b: z.string(),
  endings: z.array(z.string()).length(4),
  /** Hugging Face's copy has it as text. */
  label: z.union([z.number().int(), z.string().regex(/^[0-3]$/)]),
  split_type: z.string().optional(),
  source_id: z.string().optional(),
})

export const hellaswag: SuiteDefinition = {
  record: {
    id: 'hellaswag',
    title: 'HellaSwag',
    summary:
      'Everyday scenes to be continued by the right one of four endings; 10,042 in the validation set. acc_norm is the figure usually reported.',
    version: 1,
    kind: choiceKind,
    licence: 'MIT',
    source: 'https://github.com/rowanz/hellaswag',
    paper: {
      authors: 'Zellers, Holtzman, Bisk, Farhadi, Choi',
      year: 2019,
      title: 'HellaSwag: Can a Machine Really Finish Your Sentence?',
      link: 'https://arxiv.org/abs/1905.07830',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/rowanz/hellaswag/master/data/hellaswag_val.jsonl',
      sha256: null,
      fileName: 'hellaswag_val.jsonl',
    },
    format: 'JSON lines (may be gzip) with ind, activity_label, ctx_a, ctx_b, endings (4), label',
    scorers: [...choiceScorers],
    howItIsPut: `Activity, colon, scene, with WikiHow’s brackets removed; no examples. ${howChoicesArePut} Figures on a part of the validation set are not those of the whole.`,
  },
  embedded: null,
  readSamples: (file) =>
    choiceSamples(readJsonLines(file, hellaswagRow), ({ value }) => ({
      id: `hellaswag-${value.ind}`,
      prompt: clean(`${value.activity_label}: ${value.ctx_a} ${capitalize(value.ctx_b)}`),
      choices: value.endings.map(clean),
      gold: Number(value.label),
      category: value.split_type ?? null,
      metadata: {
        activity: value.activity_label,
        ...(value.source_id === undefined ? {} : { source: value.source_id }),
      },
    })),
  toRequest: choicesRequest,
}

/** As lm-evaluation-harness cleans it: brackets are left over from WikiHow's markup. */
function clean(text: string): string {
  return text
    .trim()
    .replaceAll(' [title]', '. ')
    .replace(/\[.*?\]/g, '')
    .replaceAll('  ', ' ')
}

/** Python's str.capitalize: the first letter large, all others small. */
function capitalize(text: string): string {
  const [first = '', ...rest] = text
  return first.toUpperCase() + rest.join('').toLowerCase()
}
