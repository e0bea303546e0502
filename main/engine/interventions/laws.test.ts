/** Every intervention on a hand-made graph, run by the real runtime: worked examples, identity at zero, refusal to match nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quantileTable } from '../stats/magnitude-quantiles.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { createSession } from '../runtime/session.ts'
import type { TensorLike } from '../runtime/types.ts'
import { findIntervention } from './index.ts'
import { evaluatePiecewise } from './piecewise.ts'
import { geluPolynomials, siluPolynomials } from './polynomial-functions.ts'
import { completeInterventions } from './records.ts'
import type { Applied, InputTensor } from './types.ts'

let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'actbench-laws-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

const site = 'blocks.0.mlp.hook_post'

/** x -> site -> y, nothing else. */
function siteGraph(): Graph {
  const builder = createBuilder({ name: 'one-site' })
  const x = builder.site(site, builder.identity(builder.input('x', 'float32', [1, 'seq', 'dMlp'])))
  builder.output(builder.mul(x, builder.float32(1)))
  return builder.finish()
}

/** The function as an architecture would mark it. */
function functionGraph(kind: 'silu' | 'gelu'): Graph {
  const builder = createBuilder({ name: kind })
  const x = builder.identity(builder.input('x', 'float32', [1, 'seq', 'dMlp']))
  const y = builder.scope('blocks.0.mlp', () =>
    builder.region({ kind, inputs: [x] }, () => {
      if (kind === 'silu') return builder.mul(x, builder.sigmoid(x))
      const half = builder.mul(x, builder.float32(0.5))
      const inner = builder.erf(builder.mul(x, builder.float32(Math.SQRT1_2)))
      return builder.mul(half, builder.add(builder.float32(1), inner))
    }),
  )
  builder.output(y)
  return builder.finish()
}

function apply(
  graph: Graph,
  use: { id: string; params: Record<string, number | string> },
  table?: Float32Array,
): Applied {
  const [complete] = completeInterventions([use])
  const fitted = table === undefined ? null : new Map([[site, quantileTable(table)]])
  return findIntervention(use.id).apply({
    graph,
    params: complete.params,
    prefix: 'intervention.0',
    fitted,
  })
}

async function run(
  graph: Graph,
  rows: readonly (readonly number[])[],
  inputs: ReadonlyMap<string, InputTensor>,
): Promise<number[]> {
  const session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir })
  const x: TensorLike = {
    dtype: 'float32',
    shape: [1, rows.length, rows[0].length],
    data: new Float32Array(rows.flat()),
  }
  const [name] = session.outputNames
  const result = await session.run(new Map([['x', x], ...inputs]), [name])
  await session.close()
  return Array.from(result.get(name)?.data as Float32Array)
}

const closeTo = (found: readonly number[], expected: readonly number[], digits = 5) => {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, index) =>
    expect(value, `element ${index}`).toBeCloseTo(expected[index], digits),
  )
}

describe('activation-quantisation', () => {
  const rows = [
    [0.1, -0.52, 0.25, 1.27],
    [-3, 0.4, 0.02, 2.5],
  ]
  const expected = (bits: number) =>
    bits === 8
      ? [10, -52, 25, 127]
          .map((q) => q * 0.01)
          .concat([-127, 17, 1, 106].map((q) => q * 0.0236220472))
      : [1, -3, 1, 7]
          .map((q) => q * 0.1814285714)
          .concat([-7, 1, 0, 6].map((q) => q * 0.4285714286))

  it.each([8, 4])('gives the worked values at %i bits', async (bits) => {
    const applied = apply(siteGraph(), { id: 'activation-quantisation', params: { bits } })
    closeTo(await run(applied.graph, rows, applied.inputs), expected(bits))
  })

  it('rounds halves to even', async () => {
    // Largest magnitude 127 makes the scale exactly 1.
    const applied = apply(siteGraph(), { id: 'activation-quantisation', params: { bits: 8 } })
    const row = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 127]
    closeTo(await run(applied.graph, [row], applied.inputs), [0, 2, 2, 0, -2, -2, 127])
  })

  it('leaves a token of zeros at zero', async () => {
    const applied = apply(siteGraph(), { id: 'activation-quantisation', params: { bits: 4 } })
    closeTo(await run(applied.graph, [[0, 0, 0]], applied.inputs), [0, 0, 0])
  })

  it('changes nothing at strength zero, half of the error at one half', async () => {
    const applied = apply(siteGraph(), {
      id: 'activation-quantisation',
      params: { bits: 4, strength: 0.5 },
    })
    expect(await run(applied.graph, rows, applied.inputsAtZero ?? new Map())).toEqual([
      ...new Float32Array(rows.flat()),
    ])
    const halfway = rows.flat().map((x, i) => (x + expected(4)[i]) / 2)
    closeTo(await run(applied.graph, rows, applied.inputs), halfway)
  })
})

describe('activation-sparsity', () => {
  const worked = [-0.9, -0.4, -0.1, 0.05, 0.2, 0.3, -0.6, 0.8, 1.5, -0.02]
  const table = new Float32Array(worked)

  it('keeps the five largest of ten at half sparsity', async () => {
    const applied = apply(
      siteGraph(),
      { id: 'activation-sparsity', params: { sparsity: 0.5 } },
      table,
    )
    closeTo(
      await run(applied.graph, [worked], applied.inputs),
      [-0.9, -0.4, 0, 0, 0, 0, -0.6, 0.8, 1.5, 0],
    )
  })

  it('changes nothing at threshold zero and drops the same again when applied twice', async () => {
    const once = apply(siteGraph(), { id: 'activation-sparsity', params: { sparsity: 0.5 } }, table)
    expect(await run(once.graph, [worked], once.inputsAtZero ?? new Map())).toEqual([...table])
    const [complete] = completeInterventions([
      { id: 'activation-sparsity', params: { sparsity: 0.5 } },
    ])
    const twice = findIntervention('activation-sparsity').apply({
      graph: once.graph,
      params: complete.params,
      prefix: 'intervention.1',
      fitted: new Map([[site, quantileTable(table)]]),
    })
    const inputs = new Map([...once.inputs, ...twice.inputs])
    expect(await run(twice.graph, [worked], inputs)).toEqual(
      await run(once.graph, [worked], once.inputs),
    )
  })

  it('refuses layers that the model does not have', () => {
    expect(() =>
      apply(siteGraph(), { id: 'activation-sparsity', params: { fromLayer: 5 } }, table),
    ).toThrow('No site matches')
  })
})

describe('polynomial-activation', () => {
  const points = [-1e4, -9, -6.46, -5, -4, -2.7, -1, -0.5, 0, 0.5, 2, 3, 4, 6, 8, 1e4]

  it.each(siluPolynomials.map(({ id }) => id))(
    'SiLU by %s equals its float64 description',
    async (id) => {
      const applied = apply(functionGraph('silu'), {
        id: 'polynomial-activation',
        params: { silu: id },
      })
      const polynomial = siluPolynomials.find((candidate) => candidate.id === id)
      // Float32 decides on which side of a breakpoint like 6.46 a value lies, so those points are left to the ends.
      const safe = points.filter((x) => Math.abs(x) !== 6.46)
      const found = await run(applied.graph, [safe], applied.inputs)
      closeTo(
        found,
        safe.map((x) => (polynomial === undefined ? NaN : evaluatePiecewise(polynomial, x))),
        3,
      )
    },
  )

  it.each(geluPolynomials.map(({ id }) => id))(
    'GELU by %s equals its float64 description',
    async (id) => {
      const applied = apply(functionGraph('gelu'), {
        id: 'polynomial-activation',
        params: { gelu: id },
      })
      const polynomial = geluPolynomials.find((candidate) => candidate.id === id)
      const safe = points.filter((x) => Math.abs(x) !== 2.7)
      const found = await run(applied.graph, [safe], applied.inputs)
      closeTo(
        found,
        safe.map((x) => (polynomial === undefined ? NaN : evaluatePiecewise(polynomial, x))),
        3,
      )
    },
  )

  it('is the exact function at strength zero', async () => {
    const applied = apply(functionGraph('silu'), {
      id: 'polynomial-activation',
      params: { silu: 'spu' },
    })
    const row = points.filter((x) => Math.abs(x) < 100)
    const found = await run(applied.graph, [row], applied.inputsAtZero ?? new Map())
    closeTo(
      found,
      row.map((x) => x / (1 + Math.exp(-x))),
    )
  })

  it('refuses a model without the function', () => {
    expect(() => apply(siteGraph(), { id: 'polynomial-activation', params: {} })).toThrow(
      'neither SiLU nor GELU',
    )
  })
})
