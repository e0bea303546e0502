import { familyProjectionName, findFamilyWeights } from './llama-family-weights.ts'
import { readFamilyConfig } from './llama-family.ts'
import type { DecoderArchitecture } from './types.ts'

const traits = {
  architecture: 'llama',
  hasQkvBias: false,
  isGgufInterleaved: true,
  defaultRopeTheta: 10_000,
} as const

/** Llama 1 to 3 and what is built like them (SmolLM2, TinyLlama, ...). */
export const llama: DecoderArchitecture = {
  kind: 'decoder',
  id: 'llama',
  title: 'Llama',
  summary: 'RMSNorm, rotary positions, grouped-query attention, SwiGLU.',
  paper: {
    title: 'Touvron et al., LLaMA: Open and Efficient Foundation Language Models',
    year: 2023,
    link: 'https://arxiv.org/abs/2302.13971',
  },
  matches: (checkpoint) => checkpoint.architecture === 'llama',
  readConfig: (checkpoint) => readFamilyConfig(checkpoint, traits),
  projectionName: familyProjectionName,
  findWeights: (checkpoint, config) => findFamilyWeights(checkpoint, config, traits),
}
