import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { randomTensor } from '../blocks/fixtures/random-tensor.ts'
import { linearGroup } from '../blocks/linear.ts'
import type { Precision } from '../blocks/weights.ts'
import { readTensorF32 } from '../checkpoint/read.ts'
import type { TensorEncoding, TensorRef } from '../checkpoint/types.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { weightMaxima } from './weight-maxima.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-maxima-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const columns = 256
const site = 'blocks.0.ln2.hook_normalized'

function products(tensors: readonly TensorRef[], precision: Precision): Graph {
  const builder = createBuilder({ name: 'products' })
  const x = builder.site(site, builder.identity(builder.input('x', 'float32', [1, 'seq', columns])))
  const layers = tensors.map((weight, index) => ({ name: `layer_${index}`, weight, bias: null }))
  for (const y of linearGroup(builder, x, { layers, precision })) builder.output(y)
  return builder.finish()
}

function expectedMaxima(tensors: readonly TensorRef[]): number[] {
  const maxima = Array.from({ length: columns }, () => 0)
  for (const tensor of tensors) {
    readTensorF32(tensor).forEach((value, index) => {
      maxima[index % columns] = Math.max(maxima[index % columns], Math.abs(value))
    })
  }
  return maxima
}

describe('weightMaxima', () => {
  it.each<[TensorEncoding, Precision]>([
    ['F32', 'exact'],
    ['BF16', 'exact'],
    ['F16', 'exact'],
    ['Q4_1', 'exact'],
    // Packed, as large 4-bit matrices are in exact precision too.
    ['Q4_0', 'fast'],
    ['Q4_1', 'fast'],
    ['Q8_0', 'fast'],
    ['Q4_K', 'fast'],
  ])('finds the largest weights of each channel in %s, %s', (encoding, precision) => {
    const tensors = [24, 8].map((rows) => {
      const own = mkdtempSync(join(folder, 'tensor-'))
      return { ...randomTensor(own, encoding, [rows, columns]), name: `w${rows}` }
    })
    const found = weightMaxima(products(tensors, precision), [site]).get(site) ?? []
    const expected = expectedMaxima(tensors)
    expect(found).toHaveLength(columns)
    found.forEach((value, channel) =>
      expect(Math.abs(value - expected[channel]), `channel ${channel}`).toBeLessThan(1e-6),
    )
  })

  it('refuses a site that no product reads', () => {
    const builder = createBuilder({ name: 'nothing' })
    const x = builder.site(site, builder.identity(builder.input('x', 'float32', [1, 'seq', 4])))
    builder.output(builder.add(x, x))
    expect(() => weightMaxima(builder.finish(), [site])).toThrow('expected linear products')
  })
})
