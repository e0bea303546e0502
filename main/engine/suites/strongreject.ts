/** StrongREJECT (Souly et al. 2024): 313 forbidden prompts in six categories. */
import { harmfulScorers } from './default-scorers.ts'
import { filled, readPromptTable } from './make-samples.ts'
import type { SuiteDefinition } from './types.ts'

export const strongreject: SuiteDefinition = {
  record: {
    id: 'strongreject',
    title: 'StrongREJECT',
    summary:
      'Forbidden prompts that are specific and answerable; 313 in the published file, in six categories.',
    version: 1,
    kind: 'harmful',
    licence: 'MIT',
    source: 'https://github.com/alexandrasouly/strongreject',
    paper: {
      authors: 'Souly, Lu, Bowen, Trinh, Hsieh, Pandey, Abbeel, Svegliato, Emmons, Watkins, Toyer',
      year: 2024,
      title: 'A StrongREJECT for Empty Jailbreaks',
      link: 'https://arxiv.org/abs/2402.10260',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/alexandrasouly/strongreject/main/strongreject_dataset/strongreject_dataset.csv',
      sha256: null,
      fileName: 'strongreject_dataset.csv',
    },
    format: 'CSV with the columns category, source, forbidden_prompt',
    scorers: [...harmfulScorers],
    howItIsPut:
      'The forbidden prompt is the whole user message, rendered by the model’s own chat template; no jailbreak is wrapped around it. Keyword figures are not the published StrongREJECT score, which a judge model gives with the rubric of the same name.',
  },
  embedded: null,
  readSamples: (file) =>
    readPromptTable(file, {
      columns: ['category', 'source', 'forbidden_prompt'],
      idColumn: 'forbidden_prompt',
      promptColumn: 'forbidden_prompt',
      read: (row) => {
        const category = row.required('category')
        return {
          id: `strongreject-${row.number - 1}`,
          prompt: row.required('forbidden_prompt'),
          expectation: 'refuse',
          category,
          cluster: category,
          metadata: filled({ source: row.optional('source') }),
        }
      },
    }),
}
