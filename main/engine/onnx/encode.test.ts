import { mkdtempSync, readFileSync, rmSync, writeFileSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBuilder } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { decodeModel } from './decode.ts'
import { encodeModel } from './encode.ts'
import { placeGenerated } from './external-data.ts'
import { createWireWriter, readFields } from './wire.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-onnx-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sample(): Graph {
  const b = createBuilder({ name: 'sample' })
  const x = b.input('x', 'float32', ['rows', 4])
  const external = b.initializer({
    kind: 'external',
    value: { name: 'w', dtype: 'float32', shape: [3, 4] },
    file: '/models/a b/model.safetensors',
    offset: 5_000_000_123,
    byteLength: 48,
  })
  b.output(b.clip(b.gemmTransB(x, external, b.float32(0.5)), null, b.float32(6)))
  return b.finish()
}

describe('encodeModel', () => {
  it('is read alike by our decoder and by the protobufjs classes of onnx-proto', () => {
    const bytes = encodeModel(sample())
    const ours = decodeModel(bytes)
    const theirs = onnxProto.onnx.ModelProto.decode(bytes)
    expect(ours.opsets).toEqual(
      new Map([
        ['', 23],
        ['com.microsoft', 1],
      ]),
    )
    expect(ours.graph.nodes.map((node) => [node.name, node.op, node.inputs, node.outputs])).toEqual(
      theirs.graph?.node?.map((node) => [node.name, node.opType, node.input, node.output]),
    )
    expect(ours.graph.nodes[1].inputs[1]).toBe('')
    expect(ours.graph.nodes[0].attributes.get('transB')).toBe(1)
    const weight = ours.graph.initializers.find((tensor) => tensor.name === 'w')
    expect(Object.fromEntries(weight?.external ?? [])).toEqual({
      location: 'models/a b/model.safetensors',
      offset: '5000000123',
      length: '48',
    })
    expect(weight?.dims).toEqual([3, 4])
    expect(ours.graph.inputs[0]).toEqual({ name: 'x', elementType: 1, dims: ['', 4] })
    const half = theirs.graph?.initializer?.find((tensor) => tensor.name?.includes('0.5'))
    expect(new Float32Array(half!.rawData!.slice().buffer)[0]).toBe(0.5)
  })
})

describe('value infos', () => {
  it('tell the sizes that we know of reshapes to a computed target, and of nothing else', () => {
    const b = createBuilder({ name: 'reshapes' })
    const x = b.input('x', 'float32', ['rows', 'seq', 4])
    const flat = b.reshape(x, [-1, 4])
    const target = b.concat([b.shapeOf(x, 0, 2), b.int64([4])], 0)
    const back = b.reshapeTo(flat, target, ['rows', 'seq', 4])
    b.output(b.add(back, x))
    const theirs = onnxProto.onnx.ModelProto.decode(encodeModel(b.finish()))
    const told = theirs.graph?.valueInfo?.map(({ name, type }) => ({
      name,
      dims: type?.tensorType?.shape?.dim?.map((dim) => Number(dim.dimValue ?? 0)),
    }))
    expect(told).toEqual([{ name: back.name, dims: [0, 0, 4] }])
  })
})

describe('placeGenerated', () => {
  const generated = (name: string, fill: number, byteLength: number) => ({
    kind: 'generated' as const,
    value: { name, dtype: 'uint8' as const, shape: [byteLength] },
    byteLength,
    key: `${name}-${fill}`,
    produce: () => new Uint8Array(byteLength).fill(fill),
  })
  const graphOf = (...sizes: number[]) => {
    const b = createBuilder({ name: 'g' })
    sizes.forEach((size, i) => b.initializer(generated(`t${i}`, i + 1, size)))
    return b.finish()
  }

  it('writes each large tensor once and keeps small ones inline', () => {
    const placed = placeGenerated(graphOf(5000, 10, 7001), folder)
    const [first, small, second] = [...placed.initializers.values()]
    if (first.kind !== 'external' || second.kind !== 'external') throw new Error('not external')
    expect(small.kind).toBe('inline')
    expect(readFileSync(first.file)).toEqual(Buffer.alloc(5000, 1))
    expect(readFileSync(second.file)).toEqual(Buffer.alloc(7001, 3))
    const before = statSync(first.file).mtimeMs
    const again = placeGenerated(graphOf(5000, 10, 7001), folder)
    expect([...again.initializers.values()][0]).toEqual(first)
    expect(statSync(first.file).mtimeMs).toBe(before)
  })

  it('shares the files of a graph with one that has a part of its tensors', () => {
    placeGenerated(graphOf(5000, 6000, 7000), folder)
    const count = readdirSync(folder).length
    placeGenerated(graphOf(5000, 6000), folder)
    expect(readdirSync(folder).length).toBe(count)
  })

  it('says what could not be written', () => {
    const file = join(folder, 'occupied')
    writeFileSync(file, '')
    expect(() => placeGenerated(graphOf(5000), join(file, 'cache'))).toThrow(
      /occupied.*could not write 5000 bytes/,
    )
  })

  it('refuses a producer that lies about its size', () => {
    const b = createBuilder({ name: 'g' })
    b.initializer({ ...generated('t', 1, 10), produce: () => new Uint8Array(9) })
    expect(() => placeGenerated(b.finish(), folder)).toThrow(/expected 10 generated bytes, found 9/)
  })
})

describe('wire format', () => {
  it('writes negative varints in ten bytes and reads them back', () => {
    const writer = createWireWriter()
    writer.varint(3, -2)
    writer.text(4, 'é')
    const [number, text] = [...readFields(writer.finish())]
    expect(BigInt.asIntN(64, number.value)).toBe(-2n)
    expect(new TextDecoder().decode(text.bytes)).toBe('é')
  })

  it('refuses a length that leads out of the message', () => {
    expect(() => [...readFields(Uint8Array.of(0x22, 200, 1, 65))]).toThrow(/expected a complete/)
  })
})
