/** What holds for every intervention of the catalogue in a text-to-text model of two stacks, fitted as a job fits it. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { tinySources } from '../architectures/fixtures/tiny-text-to-text.ts'
import { fitStatistics } from '../calibration/fit.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { verify } from '../graph/verify.ts'
import { maxDifference, openTinyTextToText, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { TextToTextRunner } from '../runtime/translate-types.ts'
import { findIntervention, interventions } from './index.ts'
import { coverageOf } from './layers.ts'
import { completeInterventions } from './records.ts'
import type { Applied, FittedStatistics, InputTensor } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Logits are about 2 in size. Attention that is not fused rounds differently; everything else is the same to the bit. */
const tolerance = 1e-5

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
]

/** Of an intervention with its defaults: that is all that 8 bits or fine grids leave. */
const smallestEffect = 1e-5

const source = tinySources[6]
const calibration = Array.from({ length: 256 }, (_, at) => 2 + ((at * at + 3 * at) % 78))

let fitted: FittedStatistics
let plain: Reading

interface Reading {
  readonly logits: Float32Array
  /** States of the encoder's last block. */
  readonly states: Float32Array
  /** As the two halves write it, with their likelihood. */
  readonly tokens: readonly number[]
  readonly logProbs: readonly number[]
}

async function readAll(runner: TextToTextRunner, beams = 2): Promise<Reading> {
  const states = 'encoder.blocks.1.hook_resid_post'
  const seen = await runner.activations(source, [states, 'hook_logits'])
  const request = { key: 'one', sourceIds: source }
  const settings = { beams, maxNewTokens: 6, stopIds: [66], batchSize: 1 }
  const answers = []
  for await (const answer of runner.translate([request], settings)) answers.push(answer)
  return {
    logits: seen.get('hook_logits')!.data,
    states: seen.get(states)!.data,
    tokens: answers[0].tokenIds,
    logProbs: answers[0].logProbs,
  }
}

beforeAll(async () => {
  let graph: Graph | null = null
  const runner = await openTinyTextToText(folder, 'mt5', {
    transform: (whole) => (graph = whole),
  })
  const requests = [...uses, ...kinds].flatMap(([id, params]) => {
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

interface Opened {
  readonly runner: TextToTextRunner
  readonly applied: Applied
  readonly digest: string
}

async function open([id, params]: Use, precision: 'exact' | 'float16' = 'exact'): Promise<Opened> {
  const [complete] = completeInterventions([{ id, params }])
  const covers = coverageOf(complete.params)
  const inputs = new Map<string, InputTensor>()
  let applied: Applied | null = null
  const runner = await openTinyTextToText(folder, 'mt5', {
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

describe.each(uses)('%s %j', (id, params) => {
  it('acts on both stacks at its strength and is the untouched model at zero', async () => {
    const { runner, applied } = await open([id, params])
    const on = await readAll(runner)
    expect(on.logits.every(Number.isFinite)).toBe(true)
    expect(maxDifference(on.logits, plain.logits), 'logits').toBeGreaterThan(smallestEffect)
    expect(maxDifference(on.states, plain.states), 'encoder').toBeGreaterThan(smallestEffect)
    for (const [name, tensor] of applied.inputsAtZero!) runner.setInput(name, tensor)
    const zero = await readAll(runner)
    expect(maxDifference(zero.logits, plain.logits), 'at zero').toBeLessThan(tolerance)
    expect(zero.tokens).toEqual(plain.tokens)
    expect(maxDifference(zero.logProbs, plain.logProbs), 'written at zero').toBeLessThan(tolerance)
    await runner.close()
  })
})

/** One of each way to change a graph: other values at sites, other functions. */
const kinds: readonly Use[] = [
  ['activation-sparsity', { prefill: 'last-half' }],
  ['smoothquant', { bits: 4 }],
  ['additive-noise', { sites: ['norm-all', 'o'] }],
  ['iron', {}],
]

describe.each(kinds)('%s %j', (id, params) => {
  it('has one graph for all single layers, and does not depend on the batch', async () => {
    const single = (layer: number) => open([id, { ...params, fromLayer: layer, toLayer: layer }])
    const [first, last] = [await single(0), await single(2)]
    expect(last.digest).toBe(first.digest)
    expect(last.applied.changed).not.toEqual(first.applied.changed)
    const greedy = await readAll(first.runner, 1)
    const settings = { beams: 1, maxNewTokens: 6, stopIds: [66], batchSize: 3 }
    const requests = [4, 6, 8].map((at) => ({ key: `${at}`, sourceIds: tinySources[at] }))
    for await (const { key, tokenIds } of first.runner.translate(requests, settings)) {
      if (key === '6') expect(tokenIds).toEqual(greedy.tokens)
    }
    await Promise.all([first.runner.close(), last.runner.close()])
  })

  it('runs in half precision', async () => {
    const { runner } = await open([id, params], 'float16')
    expect((await runner.logits(source)).every(Number.isFinite)).toBe(true)
    await runner.close()
  })
})

describe('sites of two stacks', () => {
  it('are those of the attention to the source too', async () => {
    const { runner, applied } = await open(['activation-quantisation', { inputs: ['qkv', 'o'] }])
    await runner.close()
    expect([...applied.changed].sort()).toEqual(
      [
        'encoder.ln_final.hook_normalized',
        ...[0, 1].flatMap((layer) => [
          `encoder.blocks.${layer}.attn.hook_z`,
          `encoder.blocks.${layer}.ln1.hook_normalized`,
        ]),
        ...[0, 1, 2].flatMap((layer) => [
          `blocks.${layer}.attn.hook_z`,
          `blocks.${layer}.cross_attn.hook_z`,
          `blocks.${layer}.ln1.hook_normalized`,
          `blocks.${layer}.ln_cross.hook_normalized`,
        ]),
      ].sort(),
    )
  })

  it('are left alone in the source where only generated tokens are masked', async () => {
    const { runner } = await open(['activation-sparsity', { sparsity: 0.9, prefill: 'none' }])
    const { states, logProbs } = await readAll(runner)
    await runner.close()
    expect(maxDifference(states, plain.states)).toBeLessThan(tolerance)
    expect(maxDifference(logProbs, plain.logProbs)).toBeGreaterThan(smallestEffect)
  })

  it('get different noise in the same layer', async () => {
    const { runner } = await open(['additive-noise', { sites: ['up'], scale: 1 }])
    const sites = ['encoder.blocks.0.ln2.hook_normalized', 'blocks.0.ln2.hook_normalized']
    const noisy = await runner.activations(source, sites)
    await runner.close()
    const untouched = await openTinyTextToText(folder)
    const before = await untouched.activations(source, sites)
    await untouched.close()
    const [a, b] = sites.map((site) =>
      noisy.get(site)!.data.map((value, at) => value - before.get(site)!.data[at]),
    )
    expect(maxDifference(a, b)).toBeGreaterThan(0.5)
  })
})
