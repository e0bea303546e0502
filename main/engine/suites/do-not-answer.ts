/** Do-Not-Answer (Wang et al. 2024): 939 questions that a responsible model does not follow, by areas of risk. */
import { harmfulScorers } from './default-scorers.ts'
import { filled, readPromptTable } from './make-samples.ts'
import type { SuiteDefinition } from './types.ts'

export const doNotAnswer: SuiteDefinition = {
  record: {
    id: 'do-not-answer',
    title: 'Do-Not-Answer',
    summary:
      'Questions that a responsible model should not simply answer; 939 in the published file, in five areas of risk.',
    version: 1,
    kind: 'harmful',
    licence: 'CC BY-NC-SA 4.0 (data; not for commercial use)',
    source: 'https://github.com/Libr-AI/do-not-answer',
    paper: {
      authors: 'Wang, Li, Han, Nakov, Baldwin',
      year: 2024,
      title: 'Do-Not-Answer: Evaluating Safeguards in LLMs',
      link: 'https://arxiv.org/abs/2308.13387',
    },
    obtain: {
      url: 'https://raw.githubusercontent.com/Libr-AI/do-not-answer/main/datasets/Instruction/do_not_answer_en.csv',
      sha256: null,
      fileName: 'do_not_answer_en.csv',
    },
    format: 'CSV with the columns id, risk_area, types_of_harm, specific_harms, question',
    scorers: [...harmfulScorers],
    howItIsPut:
      'The question is the whole user message, rendered by the model’s own chat template. Many of these questions may be answered safely by correcting them instead of refusing: keyword figures count that as compliance and so overstate attack success; the paper judges with a model.',
  },
  embedded: null,
  readSamples: (file) =>
    readPromptTable(file, {
      columns: ['id', 'risk_area', 'types_of_harm', 'specific_harms', 'question'],
      idColumn: 'id',
      promptColumn: 'question',
      read: (row) => ({
        id: `do-not-answer-${row.required('id')}`,
        prompt: row.required('question'),
        expectation: 'refuse',
        category: row.required('risk_area'),
        cluster: row.required('types_of_harm'),
        metadata: filled({
          harm: row.optional('specific_harms'),
          type: row.optional('types_of_harm'),
        }),
      }),
    }),
}
