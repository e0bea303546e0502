/** A text-to-text model with its interventions: sessions are made when first needed and few at a time. */
import { buildEncoderDecoder } from '../architectures/encoder-decoder.ts'
import type { EncoderDecoderArchitecture } from '../architectures/types.ts'
import { fuse } from '../blocks/fuse.ts'
import { computeDtype } from '../blocks/weights.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { wrapBeams } from './beam-graph.ts'
import { checkExtras, setExtra } from './extra-inputs.ts'
import { wrapGreedy } from './greedy-graph.ts'
import { hasRoomFor, loadedBytes } from './memory.ts'
import { createObserver } from './observer.ts'
import { deviceName } from './providers.ts'
import type { Session, SessionPurpose } from './session.ts'
import { createSession } from './session.ts'
import { splitStacks } from './stacks.ts'
import { int64 } from './stepper.ts'
import { translate } from './translate.ts'
import type { TextToTextRunner, TranslateResult } from './translate-types.ts'
import type { RunnerOptions, TensorLike } from './types.ts'
import { createWriter, type Writer } from './writer.ts'

/** Greedy tokens of one run at most, between which the signal is heard; it ends earlier where all answers have. */
const chunkTokens = { cpu: 32, cuda: 128, webgpu: 64 } as const

type Decoding = 'greedy' | 'beams'

/**
 * What `activations` shows of one text: it is the source, and shifted by the start token it is what has been written so far. Both
 * stacks then see as many tokens.
 *
 * Throws `malformed-file` and `unsupported` as the architecture does, `invalid-input` for an extra input without a value, and
 * whatever `transform` throws. `transform` sees the plain forward graph, once for every graph that is built from it.
 */
export async function createTextToTextRunner(
  architecture: EncoderDecoderArchitecture,
  options: RunnerOptions,
): Promise<TextToTextRunner> {
  const { provider, threads, cacheDir, logger, checkpoint, precision } = options
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const graphOf = (hasCache: boolean) =>
    options.transform(buildEncoderDecoder({ config, weights, precision, hasCache }))
  const whole = graphOf(false)
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

  let main: { decoding: Decoding; writer: Writer; sessions: readonly Session[] } | null = null
  const closeMain = async () => {
    const { sessions = [] } = main ?? {}
    main = null
    for (const session of sessions) await session.close()
  }
  const observer = createObserver({
    whole,
    extras,
    feeds: (rows) => shiftedFeeds(rows, config.startId),
    open: async (graph) => {
      if (main !== null && !(await hasRoom())) await closeMain()
      return open(graph, 'reading')
    },
  })
  const writerFor = async (decoding: Decoding): Promise<Writer> => {
    if (observer.isOpen() && (provider === 'cpu' || !(await hasRoom()))) await observer.close()
    if (main?.decoding === decoding) return main.writer
    await closeMain()
    const stacks = splitStacks(fuse(graphOf(true)))
    const wrapped = decoding === 'greedy' ? wrapGreedy(stacks.decoder) : wrapBeams(stacks.decoder)
    const encoder = await open(stacks.encoder, 'running')
    const session = await open(wrapped.graph, 'running')
    const { nLayers, nHeads, dHead, vocab, startId } = config
    const writer = createWriter({
      stacks,
      encoder,
      decoder: { session, ...wrapped },
      shape: { nLayers, nHeads, dHead, dtype: computeDtype(precision) },
      vocab,
      startId,
      extras,
    })
    main = { decoding, writer, sessions: [encoder, session] }
    return writer
  }
  const device = { provider, name: await deviceName(provider) }

  return {
    kind: 'encoder-decoder',
    device,
    graphDigest: digestGraph(whole),
    contextLength: config.contextLength,
    async *translate(requests, settings): AsyncGenerator<TranslateResult> {
      const writer = await writerFor(settings.beams === 1 ? 'greedy' : 'beams')
      yield* translate(writer, requests, {
        ...settings,
        chunkTokens: chunkTokens[provider],
        now: () => performance.now(),
      })
    },
    async logits(ids) {
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

function shiftedFeeds(
  rows: readonly (readonly number[])[],
  startId: number,
): ReadonlyMap<string, TensorLike> {
  const shape = [rows.length, rows[0].length]
  const written = rows.flatMap((row) => [startId, ...row.slice(0, -1)])
  const none = int64(
    rows.map(() => 0),
    [rows.length],
  )
  return new Map([
    ['source_ids', int64(rows.flat(), shape)],
    ['source_pad', none],
    ['input_ids', int64(written, shape)],
  ])
}
