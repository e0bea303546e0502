import { describe, expect, it } from 'vitest'
import { createBuilder } from './builder.ts'
import { reshapeShape } from './shapes.ts'

describe('inference when an operation is built', () => {
  it('knows broadcasting, products and symbolic sizes', () => {
    const b = createBuilder({ name: 'g' })
    const x = b.input('x', 'float32', ['batch', 'seq', 8])
    const w = b.input('w', 'float32', [8, 3])
    expect(b.matmul(x, w).shape).toEqual(['batch', 'seq', 3])
    expect(b.add(x, b.float32(1)).shape).toEqual(['batch', 'seq', 8])
    expect(b.reduceMax(x, [-1], true).shape).toEqual(['batch', 'seq', 1])
    expect(b.reduceMax(x, [-1], false).shape).toEqual(['batch', 'seq'])
    expect(b.concat([x, x], 1).shape).toEqual(['batch', 'seq+seq', 8])
    expect(b.transpose(x, [1, 0, 2]).shape).toEqual(['seq', 'batch', 8])
    expect(b.less(x, x).dtype).toBe('bool')
    expect(b.unsqueeze(x, [0, -1]).shape).toEqual([1, 'batch', 'seq', 8, 1])
    expect(b.topK(x, 2)[1]).toMatchObject({ dtype: 'int64', shape: ['batch', 'seq', 2] })
    expect(b.split(x, [2, 6], -1).map((part) => part.shape[2])).toEqual([2, 6])
    expect(b.slice(x, { axis: 2, start: -3, end: 8 }).shape).toEqual(['batch', 'seq', 3])
  })

  it('reshapes with 0 and -1 as ONNX does', () => {
    expect(reshapeShape(['batch', 'seq', 12], [0, 0, 3, 4], 'x')).toEqual(['batch', 'seq', 3, 4])
    expect(reshapeShape(['batch', 'seq', 12], [-1, 12], 'x')).toEqual(['batch*seq', 12])
    expect(reshapeShape(['batch', 'seq', 12], [0, 0, -1, 4], 'x')).toEqual(['batch', 'seq', 3, 4])
    expect(reshapeShape([2, 6], [3, -1], 'x')).toEqual([3, 4])
    expect(() => reshapeShape([2, 6], [5, -1], 'x')).toThrow(/x: expected/)
    expect(() => reshapeShape([2, 6], [5, 2], 'x')).toThrow(/x: expected/)
  })

  it('points at the operation that cannot be', () => {
    const b = createBuilder({ name: 'g' })
    const x = b.input('x', 'float32', ['batch', 'seq', 8])
    const scoped = (build: () => void) => () => b.scope('blocks.3', () => b.scope('attn', build))
    expect(scoped(() => b.add(x, b.input('y', 'float32', [7])))).toThrow(/blocks.3.attn\/Add/)
    expect(scoped(() => b.matmul(x, b.input('z', 'float32', [9, 2])))).toThrow(/inner size of 8/)
    expect(scoped(() => b.mul(x, b.int64Scalar(1)))).toThrow(/expected float32 .* found int64/)
    expect(scoped(() => b.concat([x, b.input('v', 'float32', ['seq', 'batch', 8])], 2))).toThrow(
      /Concat/,
    )
  })

  it('shares small constants and numbers repeated names', () => {
    const b = createBuilder({ name: 'g' })
    expect(b.float32(2)).toBe(b.float32(2))
    const x = b.input('x', 'float32', [1])
    const names = b.scope('a', () => [b.neg(x), b.neg(x), b.neg(x)].map((value) => value.name))
    expect(names).toEqual(['a/Neg', 'a/Neg_1', 'a/Neg_2'])
  })

  it('refuses sites that nobody declared, or of another rank', () => {
    const b = createBuilder({ name: 'g' })
    const x = b.input('x', 'float32', ['batch', 'seq', 8])
    expect(() => b.site('blocks.0.hook_nothing', x)).toThrow(/not declared/)
    expect(() => b.site('blocks.0.attn.hook_q', x)).toThrow(/expected rank 4/)
  })
})
