/** The linear products that read a site. */
import { ActbenchError } from '#contract/errors'
import type { Graph, Node } from '../graph/ir.ts'
import { siteValue } from '../graph/rewrite.ts'

/** Nodes that multiply the value at a site, looking through changes of shape and dtype. Throws `incompatible` where there are none. */
export function productsOf(graph: Graph, site: string): readonly Node[] {
  const same = new Set([siteValue(graph, site).name])
  const products: Node[] = []
  for (const node of graph.nodes) {
    if (!same.has(node.inputs[0]?.name ?? '')) continue
    if (node.op === 'Gemm' || node.op === 'MatMulNBits') products.push(node)
    const isSameValue = node.op === 'Reshape' || node.op === 'Cast' || node.op === 'Identity'
    if (isSameValue) same.add(node.outputs[0].name)
  }
  if (products.length > 0) return products
  throw new ActbenchError({
    code: 'incompatible',
    message: `${site}: expected linear products that read it, found none.`,
    remedy: 'Choose an input of linear products, such as qkv or gate-up.',
  })
}

/** Weights of these products together, biases aside. */
export function productParameters(graph: Graph, site: string): number {
  const width = siteValue(graph, site)
    .shape.slice(2)
    .reduce<number>((all, dim) => all * Number(dim), 1)
  const outputs = productsOf(graph, site).map(({ outputs }) => Number(outputs[0].shape.at(-1)))
  return width * outputs.reduce((all, one) => all + one, 0)
}
