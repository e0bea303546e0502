/** Laws of the polynomial techniques: strength zero is the model, each layer has its own strength, nothing matches in silence. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyPrompt } from '../architectures/fixtures/tiny-model.ts'
import type { RegionKind } from '../graph/ir.ts'
import { print } from '../graph/print.ts'
import { maxDifference, openTiny } from '../runtime/fixtures/open-tiny.ts'
import { openUnder } from './fixtures/fitted-model.ts'
import { applyUse, expectClose, scratchFolder, type Use } from './fixtures/one-site.ts'
import { onlyActivation, onlyNorm, onlySoftmax, techniques } from './fixtures/polynomial-choices.ts'
import { functionGraph, runGraph } from './fixtures/run-graph.ts'
import type { InputTensor } from './types.ts'

let cacheDir: string
beforeAll(() => {
  cacheDir = scratchFolder()
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

describe('strength', () => {
  const kinds: readonly (readonly [RegionKind, Record<string, boolean>])[] = [
    ['silu', onlyActivation],
    ['gelu', onlyActivation],
    ['gelu-tanh', onlyActivation],
    ['softmax', onlySoftmax],
  ]
  const every = techniques.flatMap((id) =>
    kinds.map(([kind, params]) => [id, kind, params] as const),
  )
  const norms = ['iron', 'nexus'].flatMap((id) =>
    (['rms-norm', 'layer-norm'] as const).map((kind) => [id, kind, onlyNorm] as const),
  )
  const rows = [
    [-3, 0.25, 1.5, 6],
    [1e6, -1e6, 5e4, -40],
    [0, 0, 0, 0],
    [1e-5, -2e-5, 0, 3e-6],
  ]

  it.each([...every, ...norms])('%s on %s: zero is the very function', async (id, kind, params) => {
    const applied = applyUse(functionGraph(kind), { id, params })
    const [exact] = await runGraph(functionGraph(kind), rows, { cacheDir })
    const inputs = applied.inputsAtZero ?? new Map<string, InputTensor>()
    const [atZero] = await runGraph(applied.graph, rows, { cacheDir, inputs })
    expect(atZero.map((x) => x + 0)).toEqual(exact.map((x) => x + 0))
  })

  it('blends in between', async () => {
    const at = async (strength: number) => {
      const graph = functionGraph('silu')
      const applied = applyUse(graph, { id: 'bolt', params: { ...onlyActivation, strength } })
      const { inputs } = applied
      const [values] = await runGraph(applied.graph, [[-1, 0.5]], { cacheDir, inputs })
      return values
    }
    const [none, half, full] = [await at(0), await at(0.5), await at(1)]
    expectClose(
      half,
      none.map((x, i) => (x + full[i]) / 2),
      6,
    )
    expect(full[0]).not.toBeCloseTo(none[0], 3)
  })
})

describe('layers', () => {
  const rows = [[-1, 0.5, 2, 3]]
  const graph = functionGraph('silu', { layers: 3 })
  const changedOutputs = async (params: Use['params']) => {
    const applied = applyUse(graph, { id: 'bolt', params: { ...onlyActivation, ...params } })
    const exact = await runGraph(graph, rows, { cacheDir })
    const found = await runGraph(applied.graph, rows, { cacheDir, inputs: applied.inputs })
    return {
      applied,
      layers: found.flatMap((values, layer) =>
        maxDifference(values, exact[layer]) > 0 ? [layer] : [],
      ),
    }
  }

  it('has one strength for each and changes those that are chosen', async () => {
    const { applied, layers } = await changedOutputs({ fromLayer: 1 })
    expect(layers).toEqual([1, 2])
    expect(applied.changed).toEqual(['blocks.1.part/silu', 'blocks.2.part/silu'])
    expect([...applied.inputs.keys()]).toEqual([
      'intervention.0.strength.1',
      'intervention.0.strength.2',
    ])
  })

  it('spares those that are excepted', async () => {
    const { applied, layers } = await changedOutputs({ exceptLayers: [1] })
    expect(layers).toEqual([0, 2])
    expect(applied.changed).toHaveLength(2)
  })

  it('takes another strength where one is given', async () => {
    const { layers, applied } = await changedOutputs({ strengthByLayer: { '2': 0 } })
    expect(layers).toEqual([0, 1])
    expect(applied.inputs.get('intervention.0.strength.2')?.data[0]).toBe(0)
  })

  it('has one graph for all layers of a map', () => {
    const maps = [0, 1, 2].map((layer) =>
      applyUse(graph, {
        id: 'bolt',
        params: { ...onlyActivation, fromLayer: layer, toLayer: layer },
      }),
    )
    expect(new Set(maps.map((applied) => print(applied.graph))).size).toBe(1)
    expect(maps.map((applied) => applied.changed)).toEqual(
      [0, 1, 2].map((layer) => [`blocks.${layer}.part/silu`]),
    )
    expect([...maps[1].inputs.values()].map(({ data }) => data[0])).toEqual([0, 1, 0])
  })

  it('counts the final norm as part of the last one', () => {
    const norms = functionGraph('rms-norm', { layers: 2, hasFinal: true })
    const use = (params: Use['params']) => ({ id: 'iron', params: { ...onlyNorm, ...params } })
    expect(applyUse(norms, use({})).changed).toHaveLength(3)
    expect(applyUse(norms, use({ toLayer: 0 })).changed).toEqual(['blocks.0.part/rms-norm'])
    const last = applyUse(norms, use({ fromLayer: 1 }))
    expect(last.changed).toEqual(['blocks.1.part/rms-norm', 'ln_final/rms-norm'])
    expect([...last.inputs.keys()]).toEqual(['intervention.0.strength.1'])
  })

  it.each([
    [{ fromLayer: 3 }, 'has 3 layers'],
    [{ exceptLayers: [0, 1, 2] }, 'No layer is left'],
    [{ activation: false }, 'No function is chosen|nothing to replace'],
    [{ softmax: true }, 'no softmax'],
  ])('refuses %j', (params, message) => {
    const use = { id: 'bolt', params: { ...onlyActivation, ...params } }
    expect(() => applyUse(graph, use)).toThrow(new RegExp(message))
  })

  it('refuses a second replacement of the same function', () => {
    const once = applyUse(graph, { id: 'bolt', params: onlyActivation })
    const again = { id: 'nexus', params: onlyActivation }
    expect(() => applyUse(once.graph, again, { prefix: 'intervention.1' })).toThrow('earlier')
  })

  it('lets two techniques share the layers', () => {
    const first = applyUse(graph, { id: 'bolt', params: { ...onlyActivation, toLayer: 1 } })
    const rest = { id: 'nexus', params: { ...onlyActivation, fromLayer: 2 } }
    const second = applyUse(first.graph, rest, { prefix: 'intervention.1' })
    expect(second.changed).toEqual(['blocks.2.part/silu'])
  })
})

describe('a whole model', () => {
  const open = (options: Parameters<typeof openTiny>[2]) =>
    openTiny(join(cacheDir, 'model'), 'llama-untied', options)

  it.each([...techniques, 'polynomial-activation'])(
    '%s at zero leaves the logits of the activation bit by bit',
    async (id) => {
      const plain = await open({})
      const params = id === 'polynomial-activation' ? {} : onlyActivation
      const { runner, applied } = await openUnder([id, params], { open, fitted: new Map() })
      for (const [name, tensor] of applied.inputsAtZero ?? []) runner.setInput(name, tensor)
      expect(await runner.logits(tinyPrompt)).toEqual(await plain.logits(tinyPrompt))
      await Promise.all([plain.close(), runner.close()])
    },
  )
})
