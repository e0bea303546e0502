/** An encoder with its interventions, ready to label utterances: sessions are made when first needed and few at a time. */
import { ActbenchError } from '#contract/errors'
import { buildEncoder } from '../architectures/encoder.ts'
import type { EncoderArchitecture } from '../architectures/types.ts'
import { fuse } from '../blocks/fuse.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { checkExtras, setExtra } from './extra-inputs.ts'
import { label } from './label.ts'
import { hasRoomFor, loadedBytes } from './memory.ts'
import { createObserver } from './observer.ts'
import { deviceName } from './providers.ts'
import type { Session, SessionPurpose } from './session.ts'
import { createSession } from './session.ts'
import type { EncoderRunner, LabelResult, RunnerOptions } from './types.ts'

/**
 * Throws `malformed-file` for a checkpoint whose heads have no label maps, `invalid-input` for an extra input without a value, and
 * whatever `transform` throws. `transform` sees the plain forward graph, once for every graph that is built from it.
 */
export async function createEncoderRunner(
  architecture: EncoderArchitecture,
  options: RunnerOptions,
): Promise<EncoderRunner> {
  const { provider, threads, cacheDir, logger, checkpoint, precision } = options
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const graphOf = (slots: 'all' | 'words') =>
    options.transform(buildEncoder({ config, weights, precision, slots }))
  const whole = graphOf('all')
  const extras = new Map(options.inputs)
  checkExtras(whole, extras)
  const open = async (graph: Graph, purpose: SessionPurpose): Promise<Session> => {
    await options.beforeSession?.()
    const started = performance.now()
    const session = await createSession({ graph, provider, threads, cacheDir, purpose })
    logger.info(`${graph.name}: session ready in ${Math.round(performance.now() - started)} ms`)
    return session
  }
  const hasRoom = () => hasRoomFor(provider, loadedBytes(whole, precision))

  let main: Session | null = null
  const closeMain = async () => {
    await main?.close()
    main = null
  }
  const observer = createObserver({
    whole,
    extras,
    open: async (graph) => {
      if (main !== null && !(await hasRoom())) await closeMain()
      return open(graph, 'reading')
    },
  })
  const labelling = async (): Promise<Session> => {
    if (observer.isOpen() && (provider === 'cpu' || !(await hasRoom()))) await observer.close()
    return (main ??= await open(fuse(graphOf('words')), 'running'))
  }
  const { joint } = config
  const device = { provider, name: await deviceName(provider) }

  return {
    kind: 'encoder',
    joint,
    device,
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
      const values = await observer.observe(ids, ['hook_logits'])
      return values.get('hook_logits')?.data ?? new Float32Array()
    },
    activations: (ids, sites) => observer.observe(ids, sites),
    lastActivations: (rows, sites) => observer.observeLast(rows, sites),
    setInput: (name, tensor) => setExtra(extras, name, tensor),
    async close() {
      await observer.close()
      await closeMain()
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
