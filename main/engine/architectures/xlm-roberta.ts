import type { Checkpoint } from '../checkpoint/types.ts'
import { findBertWeights } from './bert-family-weights.ts'
import { readBertConfig } from './bert-family.ts'
import { countField } from './fields.ts'
import type { EncoderArchitecture } from './types.ts'

/** XLM-R and RoBERTa: BERT whose positions begin behind the padding token's id. */
export const xlmRoberta: EncoderArchitecture = {
  kind: 'encoder',
  id: 'xlm-roberta',
  title: 'XLM-RoBERTa',
  summary: "BERT's forward pass over a vocabulary of 100 languages.",
  paper: {
    title: 'Conneau et al., Unsupervised Cross-lingual Representation Learning at Scale',
    year: 2020,
    link: 'https://arxiv.org/abs/1911.02116',
  },
  matches: ({ architecture }) => architecture === 'xlm-roberta' || architecture === 'roberta',
  readConfig: (checkpoint) =>
    readBertConfig(checkpoint, { architecture: 'xlm-roberta', firstPosition }),
  findWeights: findBertWeights,
}

/** Behind the padding token's own row (transformers, create_position_ids_from_input_ids). */
function firstPosition(checkpoint: Checkpoint): number {
  return countField(checkpoint, { gguf: '', config: 'pad_token_id' }, 1) + 1
}
