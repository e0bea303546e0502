/** One hash for a graph and its constants: two graphs with the same digest compute the same from the same inputs. */
import { createHash, type Hash } from 'node:crypto'
import type { Graph, Initializer } from './ir.ts'
import { print } from './print.ts'

/** sha256, hex. Weights enter by where they lie, not by their bytes: whoever compares digests knows that the files are the same. */
export function digestGraph(graph: Graph): string {
  const hash = createHash('sha256').update(print(graph))
  addConstants(hash, graph)
  return hash.digest('hex')
}

function addConstants(hash: Hash, graph: Graph): void {
  for (const initializer of graph.initializers.values()) addConstant(hash, initializer)
  for (const { attributes } of graph.nodes) {
    for (const attribute of Object.values(attributes)) {
      if (attribute.kind === 'graph') addConstants(hash, attribute.value)
    }
  }
}

function addConstant(hash: Hash, initializer: Initializer): void {
  const { name, dtype, shape } = initializer.value
  hash.update(`\n${initializer.kind} ${name} ${dtype} ${shape.join(',')} `)
  switch (initializer.kind) {
    case 'inline': {
      const { buffer, byteOffset, byteLength } = initializer.data
      hash.update(new Uint8Array(buffer, byteOffset, byteLength))
      return
    }
    case 'external':
      hash.update(`${initializer.file} ${initializer.offset} ${initializer.byteLength}`)
      return
    case 'generated':
      hash.update(initializer.key)
      return
  }
}
