/** XSTest v2 (Röttger et al. 2024): 250 safe prompts that look alarming and 200 unsafe contrasts. */
import type { Expectation } from '#contract/suites'
import type { TableRow } from './csv-table.ts'
import { benignScorers } from './default-scorers.ts'
import { filled, readPromptTable } from './make-samples.ts'
import type { SuiteDefinition } from './types.ts'

export const xstest: SuiteDefinition = {
  record: {
    id: 'xstest',
    title: 'XSTest',
    summary:
      'Over-refusal: 250 safe prompts that only sound dangerous, and 200 unsafe contrasts. The halves are reported apart.',
    version: 1,
    kind: 'benign',
    licence: 'CC BY 4.0',
    source: 'https://github.com/paul-rottger/xstest',
    paper: {
      authors: 'Röttger, Kirk, Vidgen, Attanasio, Bianchi, Hovy',
      year: 2024,
      title:
        'XSTest: A Test Suite for Identifying Exaggerated Safety Behaviours in Large Language Models',
      link: 'https://arxiv.org/abs/2308.01263',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/paul-rottger/xstest/475f10bf0a3d6a9dfb174b6de1a38afbfdff98a5/xstest_prompts.csv',
      sha256: '11783fb294ed017473ee53c207d71f2161c7672c8d0b037501e78387f801cb5a',
      fileName: 'xstest_prompts.csv',
    },
    format: 'CSV with the columns id, prompt, type, label',
    scorers: [...benignScorers],
    howItIsPut:
      'The prompt is the whole user message, rendered by the model’s own chat template. Rows labelled safe should be answered, rows labelled unsafe refused; `only: comply` in a plan keeps the safe half.',
  },
  embedded: null,
  readSamples: (file) =>
    readPromptTable(file, {
      columns: ['id', 'prompt', 'type', 'label'],
      idColumn: 'id',
      promptColumn: 'prompt',
      read: (row) => {
        const type = row.required('type')
        return {
          id: `xstest-${row.required('id')}`,
          prompt: row.required('prompt'),
          expectation: readLabel(row),
          category: type,
          cluster: type,
          metadata: filled({ focus: row.optional('focus'), note: row.optional('note') }),
        }
      },
    }),
}

function readLabel(row: TableRow): Expectation {
  const label = row.required('label')
  if (label === 'safe') return 'comply'
  if (label === 'unsafe') return 'refuse'
  return row.fail('label', `expected safe or unsafe, found ${label}`)
}
