import type { Checkpoint } from '../checkpoint/types.ts'
import { hasTiedHead, readT5Config } from './t5-family.ts'
import { findT5Weights } from './t5-family-weights.ts'
import type { EncoderDecoderArchitecture } from './types.ts'

/** T5 and T5 v1.1; in GGUF files mT5 too, which has the same name there. */
export const t5: EncoderDecoderArchitecture = {
  kind: 'encoder-decoder',
  id: 't5',
  title: 'T5',
  summary: 'Text to text: RMSNorm, relative position bias, ReLU or gated GELU.',
  paper: {
    title:
      'Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer',
    year: 2020,
    link: 'https://arxiv.org/abs/1910.10683',
  },
  matches: (checkpoint) => checkpoint.architecture === 't5',
  readConfig: (checkpoint) => readT5Config(checkpoint, { architecture: 't5', scalesHead }),
  findWeights: findT5Weights,
}

/**
 * The first T5 multiplies by dModel^-0.5, v1.1 does not. A config.json tells one from the other by its `tie_word_embeddings`, however
 * the weights are stored; newer ones say it outright. A GGUF file tells by the output matrix, which v1.1 has apart.
 */
function scalesHead(checkpoint: Checkpoint): boolean {
  const { format, config } = checkpoint
  if (format === 'gguf') return hasTiedHead(checkpoint)
  const stated = config['scale_decoder_outputs']
  return typeof stated === 'boolean' ? stated : config['tie_word_embeddings'] !== false
}
