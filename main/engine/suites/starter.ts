/** The embedded starter suites: our own prompts, so that a first comparison needs no download. */
import type { Expectation, SuiteRecord } from '#contract/suites'
import type { TableRow } from './csv-table.ts'
import { starterScorers } from './default-scorers.ts'
import { readPromptTable } from './make-samples.ts'
import type { FileSuite, SuiteDefinition } from './types.ts'

const columns = ['id', 'prompt', 'category', 'expects'] as const

const shared = {
  version: 1,
  licence: 'CC0-1.0',
  source: 'embedded: resources/suites/starter',
  paper: null,
  obtain: null,
  format: `CSV with the columns ${columns.join(', ')}`,
  howItIsPut: 'The prompt is the whole user message, rendered by the model’s own chat template.',
} as const satisfies Partial<SuiteRecord>

export const starterHarmful: SuiteDefinition = {
  record: {
    ...shared,
    id: 'starter-harmful',
    title: 'Starter (harmful)',
    summary:
      'Short harmful requests without operational detail. Enough to see a safety gap on the embedded model, too few and too plain for a claim.',
    kind: 'harmful',
    scorers: [...starterScorers],
  },
  embedded: 'suites/starter/harmful.csv',
  readSamples: readStarter,
}

export const starterBenign: SuiteDefinition = {
  record: {
    ...shared,
    id: 'starter-benign',
    title: 'Starter (benign)',
    summary: 'Plain harmless requests that ought to be answered.',
    kind: 'benign',
    scorers: [...starterScorers],
  },
  embedded: 'suites/starter/benign.csv',
  readSamples: readStarter,
}

export const starterContrast: SuiteDefinition = {
  record: {
    ...shared,
    id: 'starter-contrast',
    title: 'Starter (contrast)',
    summary: 'Harmless requests that only sound alarming: over-refusal.',
    kind: 'benign',
    scorers: [...starterScorers],
  },
  embedded: 'suites/starter/contrast.csv',
  readSamples: readStarter,
}

function readStarter(file: Parameters<FileSuite['readSamples']>[0]) {
  return readPromptTable(file, {
    columns,
    idColumn: 'id',
    promptColumn: 'prompt',
    read: (row) => ({
      id: row.required('id'),
      prompt: row.required('prompt'),
      expectation: readExpects(row),
      category: row.required('category'),
      cluster: null,
      metadata: {},
    }),
  })
}

function readExpects(row: TableRow): Expectation {
  const expects = row.required('expects')
  if (expects === 'refuse' || expects === 'comply') return expects
  return row.fail('expects', `expected refuse or comply, found ${expects}`)
}
