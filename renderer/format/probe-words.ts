/** What a passport's probe looked at, by what the model computes. */
import type { ModelTask } from '#contract/models'

export interface ProbeWords {
  readonly divergence: string
  readonly agreement: string
  /** Of the error by layer. */
  readonly errorNote: string
}

/** An encoder has read the whole probe before it labels the first token: nothing is predicted, and nothing forced. */
const encoder: ProbeWords = {
  divergence: 'Slot-label KL',
  agreement: 'Same slot label',
  errorNote: 'Frobenius norms over',
}

const decoder: ProbeWords = {
  divergence: 'Next-token KL',
  agreement: 'Same top token',
  errorNote: 'Frobenius norms, teacher forced, over',
}

/** Absent: a causal language model, or one that is not known any more. */
export function probeWords(task: ModelTask | undefined): ProbeWords {
  return task === 'nlu' || task === 'encoder' ? encoder : decoder
}
