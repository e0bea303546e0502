/**
 * Largest |W[:, j]| over all output rows of all linear products that read a site: what SmoothQuant calls the weight side of a
 * channel. Read from the constants of the plain forward graph, so that every way in which weights are stored (file, repacked,
 * merged with an adapter) counts as the model computes with it.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { ActbenchError } from '#contract/errors'
import type { Graph, Initializer, Node } from '../graph/ir.ts'
import { bf16ArrayToF32, f16ArrayToF32 } from '../tensor/half.ts'
import { productsOf } from './products.ts'

/** [width] for each site. Throws `incompatible` for a site that no linear product reads. */
export function weightMaxima(
  graph: Graph,
  sites: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((value) => [value.name, node] as const)),
  )
  return new Map(
    sites.map((site) => {
      const maxima = productsOf(graph, site).map((node) => maximaOf({ graph, makers }, node))
      return [site, maxima.reduce(elementwiseMax)]
    }),
  )
}

function elementwiseMax(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => Math.max(value, b[index]))
}

interface Weights {
  readonly graph: Graph
  readonly makers: ReadonlyMap<string, Node>
}

function maximaOf({ graph, makers }: Weights, node: Node): number[] {
  const operand = node.inputs[1]
  const maker = operand === null ? undefined : makers.get(operand.name)
  const name = (maker?.op === 'Cast' ? maker.inputs[0]?.name : operand?.name) ?? ''
  const weight = constantOf(graph, name, node)
  return node.op === 'Gemm' ? columnMaxima(weight) : packedMaxima(graph, node, weight)
}

function constantOf(graph: Graph, name: string, node: Node): Initializer {
  const found = graph.initializers.get(name)
  if (found !== undefined) return found
  throw new ActbenchError({
    code: 'unsupported',
    message: `${node.name}: expected weights that are constants, found ${name || 'none'}.`,
  })
}

/** W [out, in], as Gemm with transB reads it. */
function columnMaxima(weight: Initializer): number[] {
  const width = Number(weight.value.shape[1])
  const maxima = new Float32Array(width)
  const values = readFloats(weight)
  for (let at = 0, column = 0; at < values.length; at++, column++) {
    if (column === width) column = 0
    const magnitude = Math.abs(values[at])
    if (magnitude > maxima[column]) maxima[column] = magnitude
  }
  return Array.from(maxima)
}

/** Quants [rows, blocks, bytes] of MatMulNBits: w = (q - 2^(bits-1)) * scale + offset, scales [rows * blocks], offsets [blocks, rows]. */
function packedMaxima(graph: Graph, node: Node, weight: Initializer): number[] {
  const attribute = (name: string) => {
    const found = node.attributes[name]
    return found?.kind === 'int' ? found.value : 0
  }
  const bits = attribute('bits')
  const blockSize = attribute('block_size')
  const [rows, blocks, blockBytes] = weight.value.shape.map(Number)
  const quants = readBytes(weight)
  const scales = readFloats(constantOf(graph, node.inputs[2]?.name ?? '', node))
  const offsetsName = weight.value.name.replace(/quants$/u, 'offsets')
  const stored = graph.initializers.get(offsetsName)
  const offsets = stored === undefined ? null : readFloats(stored)
  const maxima = new Float32Array(blocks * blockSize)
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const scale = scales[row * blocks + block]
      const offset = offsets === null ? 0 : offsets[block * rows + row]
      const start = (row * blocks + block) * blockBytes
      for (let j = 0; j < blockSize; j++) {
        const quant =
          bits === 8 ? quants[start + j] : (quants[start + (j >> 1)] >> (4 * (j & 1))) & 15
        const magnitude = Math.abs((quant - 2 ** (bits - 1)) * scale + offset)
        const column = block * blockSize + j
        if (magnitude > maxima[column]) maxima[column] = magnitude
      }
    }
  }
  return Array.from(maxima)
}

function readFloats(initializer: Initializer): Float32Array {
  const bytes = readBytes(initializer)
  // A view needs an aligned start, which bytes from a pool need not have.
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const { name, dtype } = initializer.value
  if (dtype === 'float32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  const words = new Uint16Array(buffer, byteOffset, byteLength / 2)
  if (dtype === 'float16') return f16ArrayToF32(words)
  if (dtype === 'bfloat16') return bf16ArrayToF32(words)
  throw new ActbenchError({
    code: 'unsupported',
    message: `${name}: expected floating point weights, found ${dtype}.`,
  })
}

function readBytes(initializer: Initializer): Uint8Array {
  if (initializer.kind === 'generated') return initializer.produce()
  if (initializer.kind === 'inline') {
    const { buffer, byteOffset, byteLength } = initializer.data
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  const { file, offset, byteLength, value } = initializer
  const bytes = new Uint8Array(byteLength)
  const descriptor = openSync(file, 'r')
  try {
    for (let done = 0; done < byteLength;) {
      const count = readSync(descriptor, bytes, done, byteLength - done, offset + done)
      if (count === 0) {
        throw new ActbenchError({
          code: 'malformed-file',
          message: `${file}: expected ${byteLength} bytes of ${value.name} at ${offset}, found ${done}.`,
        })
      }
      done += count
    }
  } finally {
    closeSync(descriptor)
  }
  return bytes
}
