/** The runner that a checkpoint's architecture needs. */
import { ActbenchError } from '#contract/errors'
import { findArchitecture } from '../architectures/index.ts'
import { createEncoderRunner } from './encoder-runner.ts'
import { createCausalRunner } from './runner.ts'
import { createTextToTextRunner } from './text-to-text-runner.ts'
import type { TextToTextRunner } from './translate-types.ts'
import type { CausalRunner, EncoderRunner, RunnerOptions } from './types.ts'

export type Runner = CausalRunner | EncoderRunner | TextToTextRunner

/** Throws as the runners of each kind do, and `unsupported` for an architecture that we do not build. */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const architecture = findArchitecture(options.checkpoint)
  switch (architecture.kind) {
    case 'decoder':
      return createCausalRunner(options)
    case 'encoder':
      return createEncoderRunner(architecture, options)
    case 'encoder-decoder':
      return createTextToTextRunner(architecture, options)
  }
}

const abilities: Readonly<Record<Runner['kind'], string>> = {
  decoder: 'a causal language model',
  encoder: 'an encoder that labels utterances',
  'encoder-decoder': 'a text-to-text model',
}

/** The runner as one of this kind. Throws `unsupported` naming what the suite needs and what the model is. */
export function requireRunner<Kind extends Runner['kind']>(
  runner: Runner,
  kind: Kind,
): Extract<Runner, { kind: Kind }> {
  if (isOfKind(runner, kind)) return runner
  throw new ActbenchError({
    code: 'unsupported',
    message: `The model: expected ${abilities[kind]}, found ${abilities[runner.kind]}.`,
    remedy: 'Choose a suite that this model can take, or another model.',
  })
}

function isOfKind<Kind extends Runner['kind']>(
  runner: Runner,
  kind: Kind,
): runner is Extract<Runner, { kind: Kind }> {
  return runner.kind === kind
}
