import { describe, expect, it } from 'vitest'
import { createBuilder } from './builder.ts'
import type { Graph } from './ir.ts'
import { print } from './print.ts'
import {
  addInput,
  fuseRegions,
  isIntact,
  matchSites,
  regionsOf,
  replaceAt,
  replaceFunction,
  siteValue,
  tap,
} from './rewrite.ts'
import { verify } from './verify.ts'

/** Two "blocks" of y = silu(x) + x, with sites before and after the function. */
function twoBlocks(dtype: 'float32' | 'float16' = 'float32'): Graph {
  const builder = createBuilder({ name: 'two-blocks' })
  let x = builder.input('x', dtype, ['batch', 'seq', 4])
  for (const i of [0, 1]) {
    x = builder.scope(`blocks.${i}`, () => {
      builder.site(`blocks.${i}.mlp.hook_pre`, x)
      const active = builder.region({ kind: 'silu', inputs: [x] }, () =>
        builder.mul(x, builder.sigmoid(x)),
      )
      builder.site(`blocks.${i}.mlp.hook_post`, active)
      return builder.site(`blocks.${i}.hook_resid_post`, builder.add(active, x))
    })
  }
  builder.output(builder.site('hook_logits', x))
  return builder.finish()
}

describe('print', () => {
  it('is stable text', () => {
    expect(print(twoBlocks())).toMatchSnapshot()
  })
})

describe('replaceAt', () => {
  it('lets every consumer see the new value and leaves the given graph alone', () => {
    const graph = twoBlocks()
    const before = print(graph)
    const changed = verify(replaceAt(graph, 'blocks.0.mlp.hook_post', (b, value) => b.neg(value)))
    expect(print(graph)).toBe(before)
    const add = changed.nodes.find((node) => node.name === 'blocks.0/Add')
    expect(add?.inputs[0]?.name).toBe('blocks.0.mlp.hook_post/Neg')
    expect(siteValue(changed, 'blocks.0.mlp.hook_post').name).toBe('blocks.0.mlp.hook_post/Neg')
  })

  it('composes in order and keeps names unique', () => {
    const negate = (graph: Graph) =>
      replaceAt(graph, 'blocks.0.mlp.hook_post', (b, value) => b.neg(value))
    const twice = verify(negate(negate(twoBlocks())))
    const second = twice.nodes.find((node) => node.name === 'blocks.0.mlp.hook_post/Neg_1')
    expect(second?.inputs[0]?.name).toBe('blocks.0.mlp.hook_post/Neg')
  })

  it('moves sites that name the same value, and graph outputs', () => {
    const changed = replaceAt(twoBlocks(), 'blocks.1.hook_resid_post', (b, value) => b.neg(value))
    expect(siteValue(changed, 'hook_logits').name).toBe('blocks.1.hook_resid_post/Neg')
    expect(changed.outputs[0].name).toBe('blocks.1.hook_resid_post/Neg')
  })

  it('returns the same graph when the value is untouched', () => {
    const graph = twoBlocks()
    expect(replaceAt(graph, 'hook_logits', (_, value) => value)).toBe(graph)
  })

  it('hands float32 to the rewrite of a float16 site and casts back', () => {
    const changed = verify(
      replaceAt(twoBlocks('float16'), 'hook_logits', (b, value) => {
        expect(value.dtype).toBe('float32')
        return b.mul(value, b.float32(2))
      }),
    )
    expect(changed.outputs[0].dtype).toBe('float16')
  })

  it('refuses another shape, and unknown sites', () => {
    expect(() =>
      replaceAt(twoBlocks(), 'hook_logits', (b, value) => b.reduceSum(value, [-1], true)),
    ).toThrow(/hook_logits: expected float32\[batch, seq, 4\].*found float32\[batch, seq, 1\]/)
    expect(() => replaceAt(twoBlocks(), 'blocks.7.hook_mlp_out', (_, value) => value)).toThrow(
      /blocks.7.hook_mlp_out does not exist/,
    )
  })
})

describe('matchSites', () => {
  it('matches globs and alternatives in the order of the computation', () => {
    expect(matchSites(twoBlocks(), 'blocks.*.mlp.hook_post')).toEqual([
      'blocks.0.mlp.hook_post',
      'blocks.1.mlp.hook_post',
    ])
    expect(matchSites(twoBlocks(), 'blocks.{1}.mlp.{hook_pre,hook_post}')).toHaveLength(2)
    expect(matchSites(twoBlocks(), 'blocks.*.attn.hook_z')).toEqual([])
  })
})

describe('regions', () => {
  it('are replaced wherever the function is used', () => {
    const changed = verify(replaceFunction(twoBlocks(), 'silu', (b, [x]) => b.relu(x)))
    expect(changed.nodes.map((node) => node.op)).toEqual(['Relu', 'Add', 'Relu', 'Add'])
    expect(siteValue(changed, 'blocks.1.mlp.hook_post').name).toBe('blocks.1/Relu')
    expect(regionsOf(changed, 'silu')).toEqual([])
  })

  it('stay intact when only their inputs or outputs are rewritten', () => {
    const inputs = replaceAt(twoBlocks(), 'blocks.1.mlp.hook_pre', (b, value) => b.neg(value))
    const both = replaceAt(inputs, 'blocks.1.mlp.hook_post', (b, value) => b.neg(value))
    expect(regionsOf(both, 'silu').map((region) => isIntact(both, region))).toEqual([true, true])
    const fused = verify(fuseRegions(both, 'silu', (b, region) => [b.tanh(region.inputs[0])]))
    expect(fused.nodes.filter((node) => node.op === 'Sigmoid')).toEqual([])
  })

  it('are broken when something reads a value inside', () => {
    const graph = twoBlocks()
    const sigmoid = graph.nodes.find((node) => node.name === 'blocks.0/Sigmoid')
    const watched = { ...graph, sites: new Map([...graph.sites, ['probe', sigmoid!.outputs[0]]]) }
    const tapped = tap(watched, ['probe'])
    expect(regionsOf(tapped, 'silu').map((region) => isIntact(tapped, region))).toEqual([
      false,
      true,
    ])
  })
})

describe('addInput and tap', () => {
  it('declare inputs and outputs', () => {
    const { graph, value } = addInput(twoBlocks(), { name: 'scale', dtype: 'float32', shape: [] })
    const scaled = replaceAt(graph, 'hook_logits', (b, x) => b.mul(x, value))
    const tapped = verify(tap(scaled, ['blocks.0.mlp.hook_pre', 'blocks.0.hook_resid_post']))
    expect(tapped.inputs.map((input) => input.name)).toEqual(['x', 'scale'])
    expect(tapped.outputs).toHaveLength(3)
    expect(() => addInput(graph, { name: 'scale', dtype: 'float32', shape: [] })).toThrow(/twice/)
  })
})

describe('verify', () => {
  it('names the broken rule and the place', () => {
    const graph = twoBlocks()
    expect(() => verify({ ...graph, nodes: graph.nodes.toReversed() })).toThrow(
      /defined before it is read: .*blocks.1\/Add reads/,
    )
    expect(() => verify({ ...graph, nodes: [...graph.nodes, graph.nodes[0]] })).toThrow(
      /node names are unique: blocks.0\/Sigmoid/,
    )
  })
})
