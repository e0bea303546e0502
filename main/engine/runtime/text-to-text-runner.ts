/** A text-to-text model with its interventions: sessions are made when first needed and few at a time. */
import { buildEncoderDecoder } from '../architectures/encoder-decoder.ts'
import type { EncoderDecoderArchitecture } from '../architectures/types.ts'
import { fuse } from '../blocks/fuse.ts'
import { computeDtype } from '../blocks/weights.ts'
import { digestGraph } from '../graph/digest.ts'
import { wrapBeams } from './beam-graph.ts'
import { wrapGreedy } from './greedy-graph.ts'
import { createRunnerSessions } from './runner-sessions.ts'
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
  const { provider, checkpoint, precision } = options
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const graphOf = (hasCache: boolean) =>
    options.transform(buildEncoderDecoder({ config, weights, precision, hasCache }))
  const whole = graphOf(false)
  const { nLayers, nHeads, dHead, vocab, startId } = config
  const { extras, run, shared } = await createRunnerSessions<Writer>(options, {
    whole,
    feeds: (rows) => shiftedFeeds(rows, startId),
  })
  const writerFor = (decoding: Decoding) =>
    run(decoding, async (open) => {
      const stacks = splitStacks(fuse(graphOf(true)))
      const wrapped = decoding === 'greedy' ? wrapGreedy(stacks.decoder) : wrapBeams(stacks.decoder)
      const encoder = await open(stacks.encoder)
      const session = await open(wrapped.graph)
      const shape = { nLayers, nHeads, dHead, dtype: computeDtype(precision) }
      const decoder = { session, ...wrapped }
      return createWriter({ stacks, encoder, decoder, shape, vocab, startId, extras })
    })

  return {
    ...shared,
    kind: 'encoder-decoder',
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
