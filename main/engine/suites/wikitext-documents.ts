/** WikiText-2 by documents: perplexity per word and per byte, comparable between models with different tokenizers. */
import { documentScorers } from './default-scorers.ts'
import type { SuiteDefinition } from './types.ts'
import { detokenize, pagesOf, requireRawEdition, wikitextFacts } from './wikitext-pages.ts'

export const wikitextDocuments: SuiteDefinition = {
  record: {
    ...wikitextFacts,
    id: 'wikitext2-documents',
    title: 'WikiText-2 (documents)',
    summary:
      'Perplexity of 62 encyclopedia articles per word and per byte, as lm-evaluation-harness reports it.',
    version: 1,
    kind: 'perplexity',
    scorers: [...documentScorers],
    howItIsPut:
      'A sample is one article, its blanks around punctuation removed as lm-evaluation-harness 0.4.13 does. Every token is scored, the first one after the beginning-of-text token (the end-of-text token where there is none), in windows of the model’s context without overlap. Words and bytes are those of the article before the blanks are removed. No chat template. The base-2 logarithm of the perplexity per byte is the bits per byte.',
  },
  embedded: null,
  readSamples: (file) =>
    pagesOf(requireRawEdition(file)).map(({ title, text }, index) => ({
      id: `wikitext2-page-${index}`,
      index,
      prompt: detokenize(text),
      expectation: 'none',
      category: null,
      cluster: null,
      metadata: {
        title,
        words: String(text.split(/\s+/).length),
        bytes: String(Buffer.byteLength(text)),
      },
    })),
  toRequest: (sample) => ({ kind: 'rolling', text: sample.prompt, reading: 'windows' }),
}
