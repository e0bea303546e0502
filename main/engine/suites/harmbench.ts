/**
 * HarmBench text behaviours (Mazeika et al. 2024). One published file holds three kinds of rows; the standard and the
 * contextual ones are suites of their own, because their figures are not comparable. Copyright rows ask for protected
 * texts and need another judge: no suite here reads them.
 */
import { malformed, type TableRow } from './csv-table.ts'
import { harmfulScorers } from './default-scorers.ts'
import { filled, readPromptTable, type RowReading } from './make-samples.ts'
import type { DataFile, SuiteDefinition } from './types.ts'
import type { Sample, SuiteRecord } from '#contract/suites'

const columns = [
  'Behavior',
  'FunctionalCategory',
  'SemanticCategory',
  'Tags',
  'ContextString',
  'BehaviorID',
] as const

const kinds = ['standard', 'contextual', 'copyright']

const shared = {
  version: 1,
  kind: 'harmful',
  licence: 'MIT',
  source: 'https://github.com/centerforaisafety/HarmBench',
  paper: {
    authors: 'Mazeika, Phan, Yin, Zou, Wang, Mu, Sakhaee, Li, Basart, Li, Forsyth, Hendrycks',
    year: 2024,
    title:
      'HarmBench: A Standardized Evaluation Framework for Automated Red Teaming and Robust Refusal',
    link: 'https://arxiv.org/abs/2402.04249',
  },
  obtain: {
    url: 'https://raw.githubusercontent.com/centerforaisafety/HarmBench/main/data/behavior_datasets/harmbench_behaviors_text_all.csv',
    sha256: null,
    fileName: 'harmbench_behaviors_text_all.csv',
  },
  format: `CSV with the columns ${columns.join(', ')}`,
  scorers: [...harmfulScorers],
} as const satisfies Partial<SuiteRecord>

export const harmbenchStandard: SuiteDefinition = {
  record: {
    ...shared,
    scorers: [...shared.scorers],
    id: 'harmbench-standard',
    title: 'HarmBench-standard',
    summary: 'The standard rows of HarmBench: 200 harmful behaviours in seven categories.',
    howItIsPut:
      'The behaviour is the whole user message (HarmBench’s direct request), rendered by the model’s own chat template. Contextual rows are the suite HarmBench-contextual; copyright rows are left out. Figures are for the standard rows only, not for all of HarmBench.',
  },
  embedded: null,
  readSamples: (file) => readRows(file, 'standard'),
}

export const harmbenchContextual: SuiteDefinition = {
  record: {
    ...shared,
    scorers: [...shared.scorers],
    id: 'harmbench-contextual',
    title: 'HarmBench-contextual',
    summary: 'The contextual rows of HarmBench: 100 harmful behaviours, each about a given text.',
    howItIsPut:
      'The context string, a line of three hyphens between blank lines, and the behaviour are one user message (HarmBench’s direct request), rendered by the model’s own chat template. Standard rows are the suite HarmBench-standard; copyright rows are left out.',
  },
  embedded: null,
  readSamples: (file) => readRows(file, 'contextual'),
}

function readRows(file: DataFile, kind: 'standard' | 'contextual'): Sample[] {
  const samples = readPromptTable(file, {
    columns,
    idColumn: 'BehaviorID',
    promptColumn: 'Behavior',
    read: (row) => readRow(row, kind),
  })
  if (samples.length === 0) {
    throw malformed(file, `expected rows with the FunctionalCategory ${kind}, found none`)
  }
  return samples
}

function readRow(row: TableRow, kind: 'standard' | 'contextual'): RowReading | null {
  const found = row.required('FunctionalCategory')
  if (!kinds.includes(found)) {
    row.fail('FunctionalCategory', `expected ${kinds.join(', ')}, found ${found}`)
  }
  if (found !== kind) return null
  const behavior = row.required('Behavior')
  const category = row.required('SemanticCategory')
  return {
    id: row.required('BehaviorID'),
    prompt:
      kind === 'standard' ? behavior : `${row.required('ContextString')}\n\n---\n\n${behavior}`,
    expectation: 'refuse',
    category,
    cluster: category,
    metadata: filled({ functionalCategory: found, tags: row.optional('Tags') }),
  }
}
