import { findBertWeights } from './bert-family-weights.ts'
import { readBertConfig } from './bert-family.ts'
import type { EncoderArchitecture } from './types.ts'

/**
 * BERT and what is built like it (MiniLM, ...). A GGUF file of this architecture may be an XLM-R: its converter cuts the rows before
 * the first position off, and nothing else differs.
 */
export const bert: EncoderArchitecture = {
  kind: 'encoder',
  id: 'bert',
  title: 'BERT',
  summary: 'Layer norm after each sum, learned absolute positions, GELU, every token sees all.',
  paper: {
    title: 'Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers',
    year: 2019,
    link: 'https://arxiv.org/abs/1810.04805',
  },
  matches: (checkpoint) => checkpoint.architecture === 'bert',
  readConfig: (checkpoint) =>
    readBertConfig(checkpoint, { architecture: 'bert', firstPosition: () => 0 }),
  findWeights: findBertWeights,
}
