/** What holds for every intervention with a strength in a real decoder of two layers, fitted as a job fits it. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { tinyPrompt, tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { fitStatistics } from '../calibration/fit.ts'
import { digestGraph } from '../graph/digest.ts'
import type { Graph } from '../graph/ir.ts'
import { verify } from '../graph/verify.ts'
import { maxDifference, openTiny, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import { findIntervention } from './index.ts'
import { coverageOf } from './layers.ts'
import { completeInterventions } from './records.ts'
import type { Applied, FittedStatistics, InputTensor } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Logits are about 2 in size; untouched and rewritten graphs may be fused differently. */
const tolerance = 1e-5

interface Reading {
  readonly logits: Float32Array
  readonly atZero: Float32Array
  readonly digest: string
}

const calibration = Array.from({ length: 256 }, (_, at) => (at * at + 3 * at) % tinyVocab)

type Use = readonly [id: string, params: Record<string, Json>]

let fitted: FittedStatistics
let plain: Float32Array

/** Everything that any of the uses asks for, in one pass; and the untouched model. */
beforeAll(async () => {
  let graph: Graph | null = null
  const runner = await openTiny(folder, 'llama-untied', { transform: (whole) => (graph = whole) })
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
  plain = await runner.logits(tinyPrompt)
  await runner.close()
})

const readings = new Map<string, Promise<Reading>>()

/** Logits of the tiny model under one intervention, at its strength or at zero. */
function read(use: Use, precision: 'exact' | 'float16' = 'exact'): Promise<Reading> {
  const key = JSON.stringify([use, precision])
  const known = readings.get(key) ?? readNow(use, precision)
  readings.set(key, known)
  return known
}

async function readNow([id, params]: Use, precision: 'exact' | 'float16'): Promise<Reading> {
  const [complete] = completeInterventions([{ id, params }])
  const covers = coverageOf(complete.params)
  const inputs = new Map<string, InputTensor>()
  const graphs: Graph[] = []
  let applied: Applied | null = null
  const runner = await openTiny(folder, 'llama-untied', {
    precision,
    inputs,
    transform: (graph) => {
      const request = { graph, params: complete.params, covers, prefix: 'intervention.0', fitted }
      applied = findIntervention(id).apply(request)
      for (const [name, tensor] of applied.inputs) inputs.set(name, tensor)
      graphs.push(verify(applied.graph))
      return applied.graph
    },
  })
  const logits = await runner.logits(tinyPrompt)
  for (const [name, tensor] of applied!.inputsAtZero!) runner.setInput(name, tensor)
  const atZero = await runner.logits(tinyPrompt)
  await runner.close()
  return { logits, atZero, digest: digestGraph(graphs[0]) }
}

/** A use, and the same with another strength. */
const uses: readonly (readonly [string, Record<string, Json>, Record<string, Json>])[] = [
  ['activation-sparsity', { sparsity: 0.5 }, { sparsity: 0.9 }],
  ['activation-sparsity', { sparsity: 0.5, prefill: 'last-half' }, { sparsity: 0.25 }],
  ['cats', { sparsity: 0.5 }, { sparsity: 0.9 }],
  ['activation-quantisation', { bits: 4 }, { bits: 3, strength: 0.5 }],
  ['activation-quantisation', { bits: 4, granularity: 'tensor' }, { bits: 8 }],
  ['smoothquant', { bits: 4 }, { bits: 6, alpha: 0.5 }],
  ['smoothquant', { bits: 4, granularity: 'tensor' }, { strength: 0.5 }],
  ['omniquant', { bits: 4 }, { bits: 8, alpha: 0.7 }],
  ['additive-noise', { sites: ['up', 'down'] }, { scale: 0.2 }],
  [
    'additive-noise',
    { family: 'laplace', sites: ['norm-all', 'o'], relative: 'site-std' },
    { scale: 0.2 },
  ],
]

describe.each(uses)('%s %j', (id, params, other) => {
  it('acts at its strength and is the untouched model at zero', async () => {
    const { logits, atZero } = await read([id, params])
    expect(logits.every(Number.isFinite)).toBe(true)
    expect(maxDifference(plain, logits)).toBeGreaterThan(1e-3)
    expect(maxDifference(plain, atZero)).toBeLessThan(tolerance)
  })

  it('has one graph for all strengths', async () => {
    const one = await read([id, params])
    const another = await read([id, { ...params, ...other }])
    expect(another.digest).toBe(one.digest)
    expect(maxDifference(one.logits, another.logits)).toBeGreaterThan(1e-4)
  })

  it('has one graph for all single layers, and acts on one as on all without the others', async () => {
    const single = (layer: number) => read([id, { ...params, fromLayer: layer, toLayer: layer }])
    const [first, second] = [await single(0), await single(1)]
    expect(second.digest).toBe(first.digest)
    expect(maxDifference(first.logits, second.logits)).toBeGreaterThan(1e-4)
    const except = await read([id, { ...params, exceptLayers: [0] }])
    expect(maxDifference(second.logits, except.logits)).toBeLessThan(tolerance)
  })

  it('runs in half precision', async () => {
    const half = await read([id, params], 'float16')
    const { logits } = await read([id, params])
    expect(half.logits.every(Number.isFinite)).toBe(true)
    // Rounding flips single masks and levels, which weigh no more than the intervention itself.
    const effect = maxDifference(plain, logits)
    expect(maxDifference(half.logits, logits)).toBeLessThan(Math.max(0.1, 2 * effect))
  })
})
