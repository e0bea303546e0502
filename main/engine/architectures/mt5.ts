import { readT5Config } from './t5-family.ts'
import { findT5Weights } from './t5-family-weights.ts'
import type { EncoderDecoderArchitecture } from './types.ts'

/** T5 v1.1 in 101 languages; the states before the output product are never scaled. */
export const mt5: EncoderDecoderArchitecture = {
  kind: 'encoder-decoder',
  id: 'mt5',
  title: 'mT5',
  summary: 'Text to text in many languages: RMSNorm, relative position bias, gated GELU.',
  paper: {
    title: 'Xue et al., mT5: A massively multilingual pre-trained text-to-text transformer',
    year: 2021,
    link: 'https://arxiv.org/abs/2010.11934',
  },
  matches: (checkpoint) => checkpoint.architecture === 'mt5',
  readConfig: (checkpoint) =>
    readT5Config(checkpoint, { architecture: 'mt5', scalesHead: () => false }),
  findWeights: findT5Weights,
}
