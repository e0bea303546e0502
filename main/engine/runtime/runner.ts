/** A checkpoint with its interventions, ready to run: sessions are made when first needed and few at a time. */
import { ActbenchError } from '#contract/errors'
import { buildDecoder } from '../architectures/decoder.ts'
import { findArchitecture } from '../architectures/index.ts'
import { fuse } from '../blocks/fuse.ts'
import { computeDtype } from '../blocks/weights.ts'
import type { Graph } from '../graph/ir.ts'
import { keepOutputs, siteValue } from '../graph/rewrite.ts'
import { f16ArrayToF32 } from '../tensor/half.ts'
import { generate } from './generate.ts'
import type { KvShape } from './kv-cache.ts'
import { deviceName } from './providers.ts'
import { score } from './score.ts'
import type { Session } from './session.ts'
import { createSession } from './session.ts'
import { wrapInLoop } from './step-graph.ts'
import type { Stepper } from './stepper.ts'
import { createStepper, int64 } from './stepper.ts'
import type {
  CausalRunner,
  CausalRunnerOptions,
  GenerateRequest,
  GenerateResult,
  ScoreResult,
  SiteActivation,
  TensorLike,
} from './types.ts'

/** Tokens a run: on a CPU 16 is within 4 % of the longest; a GPU's cache should stay there longer. */
const chunkTokens = { cpu: 16, cuda: 64, webgpu: 64 } as const

/**
 * Throws `unsupported` for an architecture that we do not build, `invalid-input` for an extra input without a value,
 * and whatever `transform` throws. `transform` sees the plain forward graph, once for every graph that is built from it.
 */
export async function createCausalRunner(options: CausalRunnerOptions): Promise<CausalRunner> {
  const { provider, threads, cacheDir, logger } = options
  const build = forwardBuilder(options)
  const whole = build.graph({ hasCache: false, logits: 'all' })
  const extras = new Map(options.inputs)
  checkExtras(whole, extras)
  const open = async (graph: Graph): Promise<Session> => {
    const started = performance.now()
    const session = await createSession({ graph, provider, threads, cacheDir })
    logger.info(`${graph.name}: session ready in ${Math.round(performance.now() - started)} ms`)
    return session
  }

  let main: { session: Session; stepper: Stepper } | null = null
  const stepper = async (): Promise<Stepper> => {
    if (main !== null) return main.stepper
    const step = wrapInLoop(fuse(build.graph({ hasCache: true, logits: 'selected' })))
    const session = await open(step.graph)
    const { shape, vocab, nHeads } = build
    const stepper = createStepper({ session, step, shape, vocab, nHeads, extras })
    main = { session, stepper }
    return main.stepper
  }
  const observer = createObserver({ whole, extras, open })
  const device = { provider, name: await deviceName(provider) }

  return {
    device,
    contextLength: build.contextLength,
    async *generate(requests: Iterable<GenerateRequest>, settings): AsyncGenerator<GenerateResult> {
      await observer.close()
      yield* generate(await stepper(), requests, {
        ...settings,
        chunkTokens: chunkTokens[provider],
        now: () => performance.now(),
      })
    },
    async *score(rows, settings): AsyncGenerator<ScoreResult> {
      await observer.close()
      yield* score(await stepper(), rows, settings)
    },
    async logits(ids) {
      const values = await observer.observe(ids, ['hook_logits'])
      return values.get('hook_logits')?.data ?? new Float32Array()
    },
    activations: (ids, sites) => observer.observe(ids, sites),
    setInput(name, tensor) {
      if (!extras.has(name)) throw unknownInput(name, [...extras.keys()])
      extras.set(name, tensor)
    },
    async close() {
      await observer.close()
      await main?.session.close()
      main = null
    },
  }
}

function forwardBuilder(options: CausalRunnerOptions): {
  graph: (form: { hasCache: boolean; logits: 'all' | 'selected' }) => Graph
  shape: KvShape
  vocab: number
  nHeads: number
  contextLength: number
} {
  const { checkpoint, precision, transform } = options
  const architecture = findArchitecture(checkpoint)
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

const ownInputs = new Set(['input_ids', 'pad'])

function checkExtras(graph: Graph, extras: ReadonlyMap<string, TensorLike>): void {
  const declared = graph.inputs.map((input) => input.name).filter((name) => !ownInputs.has(name))
  const missing = declared.filter((name) => !extras.has(name))
  const unknown = [...extras.keys()].filter((name) => !declared.includes(name))
  if (unknown.length > 0) throw unknownInput(unknown[0], declared)
  if (missing.length === 0) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Graph inputs: expected values for ${missing.join(', ')}, found none.`,
  })
}

function unknownInput(name: string, known: readonly string[]): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Graph input ${name}: expected one of ${known.length === 0 ? 'none' : known.join(', ')}.`,
  })
}

/** Reads sites of single rows; keeps one session, for the sites that were asked for last. */
function createObserver(options: {
  whole: Graph
  extras: ReadonlyMap<string, TensorLike>
  open: (graph: Graph) => Promise<Session>
}) {
  const { whole, extras, open } = options
  let current: { session: Session; names: ReadonlyMap<string, string> } | null = null

  const prepare = async (sites: readonly string[]) => {
    if (current !== null && sites.every((site) => current?.names.has(site))) return current
    await current?.session.close()
    current = null
    const values = sites.map((site) => siteValue(whole, site))
    const unique = new Map(values.map((value) => [value.name, value]))
    const kept = keepOutputs(whole, [...unique.values()])
    const fused = fuse(kept)
    // Fusing renames what it replaces; outputs keep their order.
    const renamed = new Map(kept.outputs.map((value, at) => [value.name, fused.outputs[at].name]))
    const names = sites.map((site, at): [string, string] => [
      site,
      renamed.get(values[at].name) ?? values[at].name,
    ])
    current = { session: await open(fused), names: new Map(names) }
    return current
  }
  return {
    async observe(
      ids: readonly number[],
      sites: readonly string[],
    ): Promise<ReadonlyMap<string, SiteActivation>> {
      const { session, names } = await prepare(sites)
      const feeds = new Map<string, TensorLike>([
        ['input_ids', int64(ids, [1, ids.length])],
        ['pad', int64([0], [1])],
        ...extras,
      ])
      const used = new Map([...feeds].filter(([name]) => session.inputNames.includes(name)))
      const nameOf = (site: string): string => names.get(site) ?? ''
      const result = await session.run(used, [...new Set(sites.map(nameOf))])
      return new Map(
        sites.map((site): [string, SiteActivation] => [
          site,
          toActivation(result.get(nameOf(site))),
        ]),
      )
    },
    async close() {
      await current?.session.close()
      current = null
    },
  }
}

/** [1, seq, ...] -> [seq, ...] in float32. */
function toActivation(tensor: TensorLike | undefined): SiteActivation {
  const shape = tensor?.shape.slice(1) ?? []
  if (tensor?.dtype === 'float32') return { shape, data: tensor.data }
  if (tensor?.dtype === 'float16') return { shape, data: f16ArrayToF32(tensor.data) }
  throw new ActbenchError({
    code: 'internal',
    message: `Site: expected floating point values, found ${tensor?.dtype ?? 'nothing'}.`,
  })
}

export type { CausalRunner } from './types.ts'
