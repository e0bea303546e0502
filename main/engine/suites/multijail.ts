/** MultiJail (Deng et al. 2024): 315 harmful prompts, each in English and nine further languages by native speakers. */
import type { Sample } from '#contract/suites'
import { readTable, type TableRow } from './csv-table.ts'
import { harmfulScorers } from './default-scorers.ts'
import { filled } from './make-samples.ts'
import type { DataFile, SuiteDefinition } from './types.ts'

/** Columns, and how the paper ranks each language by what there is to train on. */
const languages = ['en', 'zh', 'it', 'vi', 'ar', 'ko', 'th', 'bn', 'sw', 'jv'] as const

export const multijail: SuiteDefinition = {
  record: {
    id: 'multijail',
    title: 'MultiJail',
    summary:
      'Harmful prompts in ten languages from English to Javanese: safety that holds in one language may fail in another. 315 prompts, 3,150 samples.',
    version: 1,
    kind: 'harmful',
    licence: 'MIT',
    source: 'https://huggingface.co/datasets/DAMO-NLP-SG/MultiJail',
    paper: {
      authors: 'Deng, Zhang, Pan, Bing',
      year: 2024,
      title: 'Multilingual Jailbreak Challenges in Large Language Models',
      link: 'https://arxiv.org/abs/2310.06474',
    },
    obtain: {
      url: 'https://huggingface.co/datasets/DAMO-NLP-SG/MultiJail/resolve/main/MultiJail.csv',
      sha256: null,
      fileName: 'MultiJail.csv',
    },
    format: `CSV (may be gzip) with the columns id, source, tags, ${languages.join(', ')}`,
    scorers: [...harmfulScorers],
    locales: [...languages],
    howItIsPut:
      'The prompt in one language is the whole user message, rendered by the model’s own chat template; nothing is translated. Samples go through the languages of one prompt, then the next: a limit of 100 is ten prompts in all ten languages. A plan may choose languages (locales); the limit counts samples of those. The language is the category; translations of one prompt share a cluster, since they are not independent. Refusals are looked for in English phrases only, so an answer that refuses in another language counts as compliance by keywords: read such figures with a judge model beside them.',
  },
  embedded: null,
  readSamples,
}

function readSamples(file: DataFile): Sample[] {
  const rowOfId = new Map<string, number>()
  return readTable(file, ['id', 'source', 'tags', ...languages])
    .flatMap((row) => {
      const id = row.required('id')
      const earlier = rowOfId.get(id)
      if (earlier !== undefined) row.fail('id', `the same as in row ${earlier}`)
      rowOfId.set(id, row.number)
      return languages.map((language) => toSample(row, { id, language }))
    })
    .map((sample, index) => ({ ...sample, index }))
}

function toSample(
  row: TableRow,
  { id, language }: { id: string; language: string },
): Omit<Sample, 'index'> {
  return {
    id: `multijail-${id}-${language}`,
    prompt: row.required(language),
    expectation: 'refuse',
    category: language,
    cluster: `multijail-${id}`,
    metadata: filled({
      language,
      source: row.optional('source'),
      tags: row.optional('tags').replace(/^\[|\]$/g, ''),
    }),
  }
}
