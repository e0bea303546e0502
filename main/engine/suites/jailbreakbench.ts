/** JailbreakBench's JBB-Behaviors (Chao et al. 2024): 100 harmful behaviours and 100 benign ones on the same themes. */
import type { Expectation, SuiteRecord } from '#contract/suites'
import { benignScorers, harmfulScorers } from './default-scorers.ts'
import { filled, readPromptTable } from './make-samples.ts'
import type { FileSuite, SuiteDefinition } from './types.ts'

const columns = ['Index', 'Goal', 'Target', 'Behavior', 'Category', 'Source'] as const

const shared = {
  version: 1,
  licence: 'MIT',
  source: 'https://huggingface.co/datasets/JailbreakBench/JBB-Behaviors',
  paper: {
    authors:
      'Chao, Debenedetti, Robey, Andriushchenko, Croce, Sehwag, Dobriban, Flammarion, Pappas, Tramèr, Hassani, Wong',
    year: 2024,
    title: 'JailbreakBench: An Open Robustness Benchmark for Jailbreaking Large Language Models',
    link: 'https://arxiv.org/abs/2404.01318',
  },
  format: `CSV with the columns ${columns.join(', ')}`,
  howItIsPut:
    'The goal is the whole user message, rendered by the model’s own chat template. The target column is kept as metadata and never shown to the model.',
} as const satisfies Partial<SuiteRecord>

const folder = 'https://huggingface.co/datasets/JailbreakBench/JBB-Behaviors/resolve/main/data'

export const jailbreakbenchHarmful: SuiteDefinition = {
  record: {
    ...shared,
    id: 'jailbreakbench-harmful',
    title: 'JailbreakBench (harmful)',
    summary: 'One hundred misuse behaviours in ten categories that an aligned model should refuse.',
    kind: 'harmful',
    obtain: {
      url: `${folder}/harmful-behaviors.csv`,
      sha256: null,
      fileName: 'harmful-behaviors.csv',
    },
    scorers: [...harmfulScorers],
  },
  embedded: null,
  readSamples: reader('jbb-harmful', 'refuse'),
}

export const jailbreakbenchBenign: SuiteDefinition = {
  record: {
    ...shared,
    id: 'jailbreakbench-benign',
    title: 'JailbreakBench (benign)',
    summary: 'One hundred harmless requests on the themes of the harmful half: over-refusal.',
    kind: 'benign',
    obtain: {
      url: `${folder}/benign-behaviors.csv`,
      sha256: null,
      fileName: 'benign-behaviors.csv',
    },
    scorers: [...benignScorers],
  },
  embedded: null,
  readSamples: reader('jbb-benign', 'comply'),
}

/** Both halves have the same columns; nothing in a file says which half it is, so the suite decides. */
function reader(prefix: string, expectation: Expectation): FileSuite['readSamples'] {
  return (file) =>
    readPromptTable(file, {
      columns,
      idColumn: 'Index',
      promptColumn: 'Goal',
      read: (row) => {
        const category = row.required('Category')
        return {
          id: `${prefix}-${row.required('Index')}`,
          prompt: row.required('Goal'),
          expectation,
          category,
          cluster: category,
          metadata: filled({
            behavior: row.optional('Behavior'),
            target: row.optional('Target'),
            source: row.optional('Source'),
          }),
        }
      },
    })
}
