/** The runner that a checkpoint's architecture needs. */
import { findArchitecture } from '../architectures/index.ts'
import { createEncoderRunner } from './encoder-runner.ts'
import { createCausalRunner } from './runner.ts'
import type { CausalRunner, EncoderRunner, RunnerOptions } from './types.ts'

export type Runner = CausalRunner | EncoderRunner

/** Throws as the runners of each kind do, and `unsupported` for an architecture that we do not build. */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const architecture = findArchitecture(options.checkpoint)
  return architecture.kind === 'encoder'
    ? createEncoderRunner(architecture, options)
    : createCausalRunner(options)
}
