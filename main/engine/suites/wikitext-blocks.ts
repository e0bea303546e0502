/** WikiText-2 in blocks of 1,024 tokens, as papers on compressed and approximated models report perplexity. */
import { perplexityScorers } from './default-scorers.ts'
import type { SuiteDefinition } from './types.ts'
import { requireRawEdition, wikitextFacts } from './wikitext-pages.ts'

const blockTokens = 1024
/** Letters of a piece as the suite's page shows the text before a tokenizer is known: about as long as a block. */
const pieceLength = 4400

export const wikitextBlocks: SuiteDefinition = {
  record: {
    ...wikitextFacts,
    id: 'wikitext2',
    title: 'WikiText-2 (blocks of 1,024 tokens)',
    summary:
      'Perplexity per token on blocks of 1,024 tokens: the utility figure beside which safety losses are published.',
    version: 1,
    kind: 'perplexity',
    scorers: [...perplexityScorers],
    howItIsPut: `The lines of the test text are joined by blank lines and encoded as one text by the model’s own tokenizer (a beginning-of-text token stands once, at the very beginning, where the tokenizer adds one). It is cut into blocks of ${blockTokens} tokens without overlap; the rest is dropped. The ${blockTokens - 1} tokens after the first of a block are scored, and perplexity is exp(mean loss). No chat template. Samples carry a hash of the tokens: models that cut the text differently share no block and are never paired. Before a model is chosen the text is shown, and counted, in pieces of about the length of a block.`,
  },
  embedded: null,
  blockTokens,
  readSamples: (file) => {
    const text = joinLines(requireRawEdition(file))
    return Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) => ({
      id: `piece-${index}`,
      index,
      prompt: text.slice(index * pieceLength, (index + 1) * pieceLength),
      expectation: 'none',
      category: null,
      cluster: null,
      metadata: {},
    }))
  },
  toRequest: (sample) => ({ kind: 'rolling', text: sample.prompt, reading: 'block' }),
}

/**
 * The rows of the published data set (each line with its line end, blank ones empty) with a blank line between them, as the code of
 * GPTQ and of what came after it joins them.
 */
function joinLines(text: string): string {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => (line.trim() === '' ? '' : `${line}\n`)).join('\n\n')
}
