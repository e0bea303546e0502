/** An encoder with its interventions, ready to label utterances: sessions are made when first needed and few at a time. */
import { ActbenchError } from '#contract/errors'
import { buildEncoder } from '../architectures/encoder.ts'
import type { EncoderArchitecture } from '../architectures/types.ts'
import { fuse } from '../blocks/fuse.ts'
import { digestGraph } from '../graph/digest.ts'
import { label } from './label.ts'
import { createRunnerSessions } from './runner-sessions.ts'
import type { Session } from './session.ts'
import type { EncoderRunner, LabelResult, RunnerOptions } from './types.ts'

/**
 * Throws `malformed-file` for a checkpoint whose heads have no label maps, `invalid-input` for an extra input without a value, and
 * whatever `transform` throws. `transform` sees the plain forward graph, once for every graph that is built from it.
 */
export async function createEncoderRunner(
  architecture: EncoderArchitecture,
  options: RunnerOptions,
): Promise<EncoderRunner> {
  const { provider, checkpoint, precision } = options
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const graphOf = (slots: 'all' | 'words') =>
    options.transform(buildEncoder({ config, weights, precision, slots }))
  const whole = graphOf('all')
  const { extras, run, shared } = await createRunnerSessions<Session>(options, { whole })
  const labelling = () => run('labels', (open) => open(fuse(graphOf('words'))))
  const { joint } = config

  return {
    ...shared,
    kind: 'encoder',
    joint,
    graphDigest: digestGraph(whole),
    contextLength: config.contextLength,
    async *label(rows, settings): AsyncGenerator<LabelResult> {
      requireHeads({ joint })
      const session = await labelling()
      const { vocab, contextLength } = config
      yield* label(session, rows, { ...settings, provider, vocab, contextLength, extras })
    },
    async logits(ids) {
      requireHeads({ joint })
      return shared.logits(ids)
    },
  }
}

/** Throws `unsupported` for a bare encoder. */
export function requireHeads({ joint }: Pick<EncoderRunner, 'joint'>): void {
  if (joint !== null) return
  throw new ActbenchError({
    code: 'unsupported',
    message: 'The model: expected heads for intent and slots, found an encoder without heads.',
    remedy: 'Choose a model that was fine-tuned for intent and slots.',
  })
}
