/** A checkpoint with its interventions, ready to run: sessions are made when first needed and few at a time. */
import { buildDecoder } from '../architectures/decoder.ts'
import { findDecoder } from '../architectures/index.ts'
import { fuse } from '../blocks/fuse.ts'
import { computeDtype } from '../blocks/weights.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { generateWithin } from './constrained.ts'
import { scoreContinuations } from './continuations.ts'
import { generate } from './generate.ts'
import type { KvShape } from './kv-cache.ts'
import { asksRunLength } from './run-length.ts'
import { createRunnerSessions } from './runner-sessions.ts'
import { score } from './score.ts'
import { wrapInLoop } from './step-graph.ts'
import type { Stepper } from './stepper.ts'
import { createStepper } from './stepper.ts'
import type {
  CausalRunner,
  ConstrainedOptions,
  ConstrainedRequest,
  ConstrainedResult,
  ContinuationResult,
  GenerateRequest,
  GenerateResult,
  RunnerOptions,
  ScoreResult,
} from './types.ts'

/**
 * Tokens a run: on a CPU 16 is within 4 % of the longest. A GPU is bound by launches, so rows that have ended cost it nothing, while
 * its cache crosses to this process and back after every run.
 */
const generateLimits = {
  cpu: { chunkTokens: 16, makesWholeAnswers: false },
  cuda: { chunkTokens: 128, makesWholeAnswers: true },
  webgpu: { chunkTokens: 64, makesWholeAnswers: false },
} as const

/**
 * Of multiple choice: a processor is filled by few tokens, a GPU wants more; from there a cache crosses to this process and back,
 * and the beginning of a prompt is sooner read again.
 */
const continuationLimits = {
  cpu: { tokensTogether: 512, rowsTogether: 8, keepsBeginnings: true },
  cuda: { tokensTogether: 8192, rowsTogether: 64, keepsBeginnings: false },
  webgpu: { tokensTogether: 2048, rowsTogether: 16, keepsBeginnings: false },
} as const

/**
 * Throws `unsupported` for an architecture that we do not build, `invalid-input` for an extra input without a value,
 * and whatever `transform` throws. `transform` sees the plain forward graph, once for every graph that is built from it.
 */
export async function createCausalRunner(options: RunnerOptions): Promise<CausalRunner> {
  const { provider } = options
  const build = forwardBuilder(options)
  const whole = build.graph({ hasCache: false, logits: 'all' })
  const cached = once(() => build.graph({ hasCache: true, logits: 'selected' }))
  const isTokenwise = once(() => !asksRunLength(cached()))
  const digest = once(() => digestGraph(whole) + digestGraph(cached()))
  const { extras, run, shared } = await createRunnerSessions<Stepper>(options, { whole })
  const stepper = () =>
    run('steps', async (open) => {
      const step = wrapInLoop(fuse(cached()))
      const session = await open(step.graph)
      const { shape, vocab, nHeads } = build
      return createStepper({ session, step, shape, vocab, nHeads, provider, extras })
    })

  return {
    ...shared,
    kind: 'decoder',
    get graphDigest() {
      return digest()
    },
    contextLength: build.contextLength,
    async *generate(requests: Iterable<GenerateRequest>, settings): AsyncGenerator<GenerateResult> {
      yield* generate(await stepper(), requests, {
        ...generateLimits[provider],
        ...settings,
        now: () => performance.now(),
      })
    },
    async *score(rows, settings): AsyncGenerator<ScoreResult> {
      yield* score(await stepper(), rows, settings)
    },
    async *scoreContinuations(rows, settings): AsyncGenerator<ContinuationResult> {
      yield* scoreContinuations(await stepper(), rows, {
        ...continuationLimits[provider],
        ...settings,
        isTokenwise: isTokenwise(),
      })
    },
    async *generateWithin<T>(
      requests: Iterable<ConstrainedRequest<T>>,
      settings: ConstrainedOptions,
    ): AsyncGenerator<ConstrainedResult<T>> {
      yield* generateWithin(await stepper(), requests, {
        ...continuationLimits[provider],
        ...settings,
        isTokenwise: isTokenwise(),
        now: () => performance.now(),
      })
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function forwardBuilder(options: RunnerOptions): {
  graph: (form: { hasCache: boolean; logits: 'all' | 'selected' }) => Graph
  shape: KvShape
  vocab: number
  nHeads: number
  contextLength: number
} {
  const { checkpoint, precision, transform } = options
  const architecture = findDecoder(checkpoint)
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const { nLayers, nHeads, nKvHeads, dHead, vocab, contextLength } = config
  return {
    graph: (form) => transform(buildDecoder({ config, weights, precision, ...form })),
    shape: { nLayers, nKvHeads, dHead, dtype: computeDtype(precision) },
    vocab,
    nHeads,
    contextLength,
  }
}

export type { CausalRunner } from './types.ts'
