import { familyProjectionName, findFamilyWeights } from './llama-family-weights.ts'
import { readFamilyConfig } from './llama-family.ts'
import type { DecoderArchitecture } from './types.ts'

const traits = {
  architecture: 'qwen2',
  hasQkvBias: true,
  isGgufInterleaved: false,
  defaultRopeTheta: 10_000,
} as const

/** Qwen2 and Qwen2.5 (also Coder): Llama's layout with biases on q, k and v. */
export const qwen2: DecoderArchitecture = {
  kind: 'decoder',
  id: 'qwen2',
  title: 'Qwen2',
  summary: 'RMSNorm, rotary positions, grouped-query attention with biases on q, k and v, SwiGLU.',
  paper: {
    title: 'Yang et al., Qwen2 Technical Report',
    year: 2024,
    link: 'https://arxiv.org/abs/2407.10671',
  },
  matches: (checkpoint) => checkpoint.architecture === 'qwen2',
  readConfig: (checkpoint) => readFamilyConfig(checkpoint, traits),
  projectionName: familyProjectionName,
  findWeights: (checkpoint, config) => findFamilyWeights(checkpoint, config, traits),
}
