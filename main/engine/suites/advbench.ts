/** AdvBench harmful behaviours (Zou et al. 2023): 520 requests in a CSV file with the columns goal and target. */
import { harmfulScorers } from './default-scorers.ts'
import { filled, readPromptTable } from './make-samples.ts'
import type { SuiteDefinition } from './types.ts'

export const advbench: SuiteDefinition = {
  record: {
    id: 'advbench',
    title: 'AdvBench',
    summary: 'Harmful instructions that an aligned model should refuse; 520 in the published file.',
    version: 1,
    kind: 'harmful',
    licence: 'MIT',
    source: 'https://github.com/llm-attacks/llm-attacks',
    paper: {
      authors: 'Zou, Wang, Carlini, Nasr, Kolter, Fredrikson',
      year: 2023,
      title: 'Universal and Transferable Adversarial Attacks on Aligned Language Models',
      link: 'https://arxiv.org/abs/2307.15043',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/llm-attacks/llm-attacks/main/data/advbench/harmful_behaviors.csv',
      // Copies in circulation differ in their targets; no checksum of the official bytes could be confirmed.
      sha256: null,
      fileName: 'harmful_behaviors.csv',
    },
    format: 'CSV with the columns goal, target',
    scorers: [...harmfulScorers],
    howItIsPut:
      'The goal is the whole user message, rendered by the model’s own chat template. No attack suffix is added. The target column is kept as metadata and never shown to the model.',
  },
  embedded: null,
  readSamples: (file) =>
    readPromptTable(file, {
      columns: ['goal', 'target'],
      idColumn: 'goal',
      promptColumn: 'goal',
      read: (row) => ({
        id: `advbench-${row.number - 1}`,
        prompt: row.required('goal'),
        expectation: 'refuse',
        category: null,
        cluster: null,
        metadata: filled({ target: row.optional('target') }),
      }),
    }),
}
