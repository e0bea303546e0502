/** What holds for every intervention of the catalogue in an encoder of three blocks with heads, fitted as a job fits it. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { tinyRows } from '../architectures/fixtures/tiny-encoder.ts'
import { fitStatistics } from '../calibration/fit.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { verify } from '../graph/verify.ts'
import { maxDifference, openTinyEncoder, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { EncoderRunner } from '../runtime/types.ts'
import { findIntervention, interventions } from './index.ts'
import { coverageOf } from './layers.ts'
import { completeInterventions } from './records.ts'
import type { Applied, FittedStatistics, InputTensor } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Logits are about 1 in size. Attention that is not fused rounds differently; everything else is the same to the bit. */
const tolerance = 1e-6

type Use = readonly [id: string, params: Record<string, Json>]

/** Each intervention as it is by default, and further forms that touch other sites. */
const uses: readonly Use[] = [
  ...interventions.map(({ id }): Use => [id, {}]),
  ['activation-sparsity', { sparsity: 0.9, prefill: 'last-half' }],
  ['activation-quantisation', { bits: 4, granularity: 'tensor' }],
  ['smoothquant', { bits: 4, granularity: 'tensor' }],
  ['omniquant', { bits: 4 }],
  ['additive-noise', { sites: ['norm-all', 'o', 'act', 'down'], relative: 'site-std', scale: 0.2 }],
  ['additive-noise', { sites: ['qkv'], family: 'laplace' }],
  ['iron', { fractionBits: 6, norm: true }],
  ['nexus', { norm: true, reciprocal: 'nexus' }],
  ['bumblebee', { gelu: 'paper' }],
]

/** Of an intervention with its defaults: these are all that 8 bits or fine grids leave of logits about 1 in size. */
const smallestEffect = 1e-5

interface Reading {
  readonly logits: Float32Array
  readonly intent: Float32Array
}

let fitted: FittedStatistics
let plain: Reading

const calibration = Array.from({ length: 256 }, (_, at) => 4 + ((at * at + 3 * at) % 56))

beforeAll(async () => {
  let graph: Graph | null = null
  const runner = await openTinyEncoder(folder, 'bert-first', {
    transform: (whole) => (graph = whole),
  })
  const requests = uses.flatMap(([id, params]) => {
    const [complete] = completeInterventions([{ id, params }])
    return findIntervention(id).observes?.(graph!, complete.params, 'every-layer') ?? []
  })
  const { statistics } = await fitStatistics({
    requests,
    graph: graph!,
    runner,
    fingerprint: 'tiny',
    adapterFingerprint: null,
    text: '',
    encode: () => calibration,
    maxTokens: calibration.length,
    artifacts: [],
    signal: new AbortController().signal,
    onWindow: () => undefined,
  })
  fitted = statistics
  plain = await readAll(runner)
  await runner.close()
})

/** Slots of all tokens of a single row, and intents of both rows in one padded batch. */
async function readAll(runner: EncoderRunner): Promise<Reading> {
  const logits = await runner.logits(tinyRows[0])
  const intents: number[][] = []
  const rows = tinyRows.map((ids) => ({ ids, wordStarts: ids.map((_, at) => at) }))
  for await (const { index, intentLogits } of runner.label(rows, { batchSize: 2 })) {
    intents[index] = [...intentLogits]
  }
  return { logits, intent: Float32Array.from(intents.flat()) }
}

interface Opened {
  readonly runner: EncoderRunner
  readonly applied: Applied
  readonly digest: string
}

async function open([id, params]: Use, precision: 'exact' | 'float16' = 'exact'): Promise<Opened> {
  const [complete] = completeInterventions([{ id, params }])
  const covers = coverageOf(complete.params)
  const inputs = new Map<string, InputTensor>()
  let applied: Applied | null = null
  const runner = await openTinyEncoder(folder, 'bert-first', {
    precision,
    inputs,
    transform: (graph) => {
      const request = { graph, params: complete.params, covers, prefix: 'intervention.0', fitted }
      applied = findIntervention(id).apply(request)
      for (const [name, tensor] of applied.inputs) inputs.set(name, tensor)
      return applied.graph
    },
  })
  return { runner, applied: applied!, digest: digestGraph(verify(applied!.graph)) }
}

const difference = (a: Reading, b: Reading): number =>
  Math.max(maxDifference(a.logits, b.logits), maxDifference(a.intent, b.intent))

describe.each(uses)('%s %j', (id, params) => {
  it('acts on both heads at its strength and is the untouched model at zero', async () => {
    const { runner, applied } = await open([id, params])
    const on = await readAll(runner)
    expect([...on.logits, ...on.intent].every(Number.isFinite)).toBe(true)
    expect(maxDifference(on.logits, plain.logits), 'slots').toBeGreaterThan(smallestEffect)
    expect(maxDifference(on.intent, plain.intent), 'intent').toBeGreaterThan(smallestEffect)
    for (const [name, tensor] of applied.inputsAtZero!) runner.setInput(name, tensor)
    expect(difference(await readAll(runner), plain), 'at zero').toBeLessThan(tolerance)
    await runner.close()
  })

  it('has one graph for all single layers', async () => {
    const [first, last] = await Promise.all(
      [0, 2].map((layer) => open([id, { ...params, fromLayer: layer, toLayer: layer }])),
    )
    expect(last.digest).toBe(first.digest)
    expect(last.applied.changed).not.toEqual(first.applied.changed)
    await Promise.all([first.runner.close(), last.runner.close()])
  })

  it('runs in half precision', async () => {
    const { runner } = await open([id, params], 'float16')
    expect((await runner.logits(tinyRows[0])).every(Number.isFinite)).toBe(true)
    await runner.close()
  })
})

describe('what an encoder has no part in', () => {
  it('is refused: masking generated tokens only', async () => {
    const use: Use = ['activation-sparsity', { prefill: 'none' }]
    await expect(open(use)).rejects.toMatchObject({ code: 'incompatible' })
  })

  it('is refused: a polynomial for an activation that the model has not', async () => {
    const use: Use = ['polynomial-activation', { gelu: 'exact' }]
    await expect(open(use)).rejects.toThrow(/This model has no SiLU or GELU/)
  })
})

describe('the stream beside the products', () => {
  it('is not quantised with what the products read', async () => {
    const { runner } = await open(['activation-quantisation', { bits: 2, inputs: ['qkv'] }])
    const sites = ['blocks.0.ln1.hook_normalized', 'blocks.0.hook_resid_pre', 'hook_embed']
    const seen = await runner.activations(tinyRows[0], sites)
    const [read, stream, embedded] = sites.map((site) => seen.get(site)!.data)
    expect(new Set(read.subarray(0, 32)).size).toBeLessThanOrEqual(3)
    expect(maxDifference(stream, embedded)).toBe(0)
    expect(new Set(stream.subarray(0, 32)).size).toBeGreaterThan(20)
    await runner.close()
  })
})
