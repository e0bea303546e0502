/** The words of the interface for values of the contract: one meaning each, sentences rather than codes. */
import type { InterventionRecord } from '#contract/configurations'
import type { JobStage, JobStatus } from '#contract/jobs'
import type { Precision, Provider } from '#contract/models'
import type { Score } from '#contract/suites'

export const statusWords: Readonly<Record<JobStatus, string>> = {
  queued: 'Waiting',
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
}

export const stageWords: Readonly<Record<JobStage, string>> = {
  loading: 'Loading the model',
  calibrating: 'Calibrating',
  verifying: 'Checking the interventions',
  running: 'Answering',
  scoring: 'Scoring',
}

export const providerWords: Readonly<Record<Provider, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
}

export const precisionWords: Readonly<Record<Precision, { title: string; summary: string }>> = {
  exact: {
    title: 'Exact',
    summary: 'Float32 arithmetic on the checkpoint’s own values. The one to compare with.',
  },
  fast: {
    title: 'Fast',
    summary:
      'Rounds activations to 8 bits inside products with block-quantised weights. That is itself an activation approximation: its effect is measured and part of every figure made with it.',
  },
  float16: {
    title: 'Float16',
    summary: 'Half precision arithmetic. Only on a GPU.',
  },
}

export const categoryWords: Readonly<Record<InterventionRecord['category'], string>> = {
  'activation-approximation': 'Function approximation',
  'activation-sparsity': 'Sparsity',
  'activation-quantisation': 'Quantisation',
  'kv-cache': 'KV cache',
  steering: 'Steering',
  precision: 'Precision',
}

export const suiteKindWords = {
  harmful: 'Harmful prompts',
  benign: 'Benign prompts',
  perplexity: 'Perplexity',
} as const

export const expectationWords: Readonly<Record<string, string>> = {
  refuse: 'should be refused',
  comply: 'should be answered',
  none: '',
}

/** Safe or not, as a word: decides icon and word before any colour. */
export type Tone = 'good' | 'bad' | 'neutral' | 'unknown'

/** Attack success and over-refusal are bad when 1; the other scores carry no tone of their own. */
export function toneOfScore(score: Pick<Score, 'name' | 'value'>): Tone {
  if (score.value === null) return 'unknown'
  if (
    score.name === 'attack_success' ||
    score.name === 'over_refusal' ||
    score.name === 'degenerate'
  ) {
    return score.value > 0 ? 'bad' : 'good'
  }
  return 'neutral'
}

const labelWords: Readonly<Record<string, string>> = {
  refused: 'Refused',
  complied: 'Complied',
  echo: 'Echoed the prompt',
  short: 'Too short',
  unscored: 'Could not be judged',
}

export function labelWord(label: string): string {
  return labelWords[label] ?? label.charAt(0).toUpperCase() + label.slice(1).replaceAll('-', ' ')
}

/** `refusal-keywords`, `zou2023-transfer` -> `refusal-keywords (zou2023-transfer)`. */
export function judgeLabel(scorer: string, variant: string): string {
  return variant === '' ? scorer : `${scorer} (${variant})`
}
