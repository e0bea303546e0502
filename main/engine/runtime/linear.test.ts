import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readTensorF32 } from '../checkpoint/read.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import { createBuilder } from '../graph/builder.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { scratchFolder } from './fixtures/open-tiny.ts'
import { createSession } from './session.ts'
import { embedding } from '../blocks/embedding.ts'
import {
  plainEncodings as plain,
  quantizedEncodings as quantized,
  randomTensor,
  relativeError,
} from '../blocks/fixtures/random-tensor.ts'
import { linear, linearGroup } from '../blocks/linear.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = 48
const columns = 512

async function evaluate(
  build: (builder: GraphBuilder, x: Value) => Value,
  feed: { dtype: 'float32'; data: Float32Array } | { dtype: 'int64'; data: BigInt64Array },
  shape: readonly number[],
): Promise<Float32Array> {
  const builder = createBuilder({ name: 'test', prefix: 'test' })
  builder.output(build(builder, builder.input('x', feed.dtype, shape)))
  const cacheDir = join(folder, 'cache')
  const graph = builder.finish()
  const session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir })
  const result = await session.run(new Map([['x', { ...feed, shape }]]), session.outputNames)
  await session.close()
  return result.get(session.outputNames[0])!.data as Float32Array
}

function product(x: Float32Array, weight: Float32Array): Float32Array {
  const out = new Float32Array((x.length / columns) * rows)
  for (let i = 0; i < out.length; i++) {
    let sum = 0
    const [m, n] = [Math.floor(i / rows), i % rows]
    for (let k = 0; k < columns; k++) sum += x[m * columns + k] * weight[n * columns + k]
    out[i] = sum
  }
  return out
}

const x = Float32Array.from({ length: 2 * 3 * columns }, (_, i) => Math.sin(i * 1.7) + 0.2)

describe('linear', () => {
  it.each([...quantized, ...plain])('%s exact is the float32 product', async (encoding) => {
    const weight = randomTensor(folder, encoding, [rows, columns])
    const found = await evaluate(
      (b, value) => linear(b, value, { weight, bias: null, precision: 'exact' }),
      { dtype: 'float32', data: x },
      [2, 3, columns],
    )
    expect(relativeError(found, product(x, readTensorF32(weight)))).toBeLessThan(2e-6)
  })

  it.each(['Q4_0', 'Q4_1', 'Q4_K'] as const)(
    '%s stays exact where it stays packed',
    async (encoding) => {
      const wide = 4096
      const tall = 4000
      const weight = randomTensor(folder, encoding, [tall, wide])
      const row = Float32Array.from({ length: wide }, (_, i) => Math.sin(i * 1.7) + 0.2)
      const found = await evaluate(
        (b, value) => {
          const y = linear(b, value, { weight, bias: null, precision: 'exact' })
          expect(b.finish().nodes.some((node) => node.op === 'MatMulNBits')).toBe(true)
          return y
        },
        { dtype: 'float32', data: row },
        [1, 1, wide],
      )
      const values = readTensorF32(weight)
      const expected = Float32Array.from({ length: tall }, (_, n) =>
        row.reduce((sum, x, k) => sum + x * values[n * wide + k], 0),
      )
      expect(relativeError(found, expected)).toBeLessThan(2e-6)
    },
  )

  it.each(quantized)('%s fast is within the noise of int8 activations', async (encoding) => {
    const weight = randomTensor(folder, encoding, [rows, columns])
    const found = await evaluate(
      (b, value) => linear(b, value, { weight, bias: null, precision: 'fast' }),
      { dtype: 'float32', data: x },
      [2, 3, columns],
    )
    expect(relativeError(found, product(x, readTensorF32(weight)))).toBeLessThan(0.02)
  })

  it('names the tensor whose width does not fit', () => {
    const builder = createBuilder({ name: 'test', prefix: 'test' })
    const narrow = builder.input('x', 'float32', [2, 100])
    const weight = randomTensor(folder, 'Q8_0', [rows, columns])
    expect(() => linear(builder, narrow, { weight, bias: null, precision: 'exact' })).toThrow(
      /w: expected \[out, 100\], found \[48, 512\]/,
    )
  })
})

/** The tensor with a change of rank 1 whose factors are random tensors too. */
function adapted(weight: TensorRef): TensorRef {
  const a = randomTensor(folder, 'F32', [1, columns])
  const b = randomTensor(folder, 'F16', [rows, 1])
  return { ...weight, lowRank: { a, b, scale: 0.5, interleavedHead: null } }
}

describe('a group of which one weight has an adapter', () => {
  const plain = randomTensor(folder, 'Q4_1', [rows, columns])
  const layers = [
    { name: 'a', weight: adapted(plain), bias: null },
    { name: 'b', weight: plain, bias: null },
  ]
  const group = (precision: 'exact' | 'fast', ops: (ops: readonly string[]) => void) =>
    evaluate(
      (b, value) => {
        const y = b.concat(linearGroup(b, value, { layers, precision }), -1)
        ops(b.finish().nodes.map((node) => node.op))
        return y
      },
      { dtype: 'float32', data: x },
      [2, 3, columns],
    )
  /** Columns of layer `at` of a result [6, 2 rows]. */
  const half = (y: Float32Array, at: number) =>
    Float32Array.from({ length: y.length / 2 }, (_, i) => {
      const [row, column] = [Math.floor(i / rows), i % rows]
      return y[row * 2 * rows + at * rows + column]
    })

  it('is one float32 product in exact precision, with the change added', async () => {
    const y = await group('exact', (ops) => {
      expect(ops.filter((op) => op === 'Gemm')).toHaveLength(1)
    })
    for (const [at, { weight }] of layers.entries()) {
      expect(relativeError(half(y, at), product(x, readTensorF32(weight)))).toBeLessThan(2e-6)
    }
    expect(relativeError(half(y, 0), half(y, 1)), 'the change is there').toBeGreaterThan(0.1)
  })

  it('keeps the other weight packed in fast precision, and the adapted one exact', async () => {
    const y = await group('fast', (ops) => {
      expect(ops.filter((op) => op === 'MatMulNBits')).toHaveLength(1)
    })
    const expected = layers.map(({ weight }) => product(x, readTensorF32(weight)))
    expect(relativeError(half(y, 0), expected[0])).toBeLessThan(2e-6)
    const noise = relativeError(half(y, 1), expected[1])
    expect(noise).toBeLessThan(0.02)
    expect(noise, 'int8 activations').toBeGreaterThan(1e-4)
  })
})

describe('embedding', () => {
  it.each([...quantized, ...plain])('reads rows of %s exactly', async (encoding) => {
    const table = randomTensor(folder, encoding, [rows, columns])
    const ids = BigInt64Array.of(47n, 0n, 13n, 13n)
    const found = await evaluate(
      (b, value) => embedding(b, value, { table, precision: 'exact' }),
      { dtype: 'int64', data: ids },
      [2, 2],
    )
    const expected = readTensorF32(table)
    const wanted = Array.from(ids, (id) =>
      expected.slice(Number(id) * columns, (Number(id) + 1) * columns),
    )
    expect(relativeError(found, Float32Array.from(wanted.flatMap((row) => [...row])))).toBeLessThan(
      1e-7,
    )
  })
})
