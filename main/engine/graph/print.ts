/** A graph as stable text: what snapshots compare and people read. */
import type { Attribute, Graph, Initializer, Node } from './ir.ts'
import { describeValue } from './ir.ts'

/** One line for each input, constant, node, output and site, in a fixed order. */
export function print(graph: Graph): string {
  return [`graph ${graph.name}`, ...body(graph).map((line) => `  ${line}`), ''].join('\n')
}

function body(graph: Graph): readonly string[] {
  const initializers = [...graph.initializers.values()].filter(
    (initializer) => !initializer.value.name.startsWith('constant/'),
  )
  return [
    ...graph.inputs.map((value) => `input ${value.name}: ${describeValue(value)}`),
    ...initializers.map(printInitializer).sort(),
    ...graph.nodes.flatMap(printNode),
    ...graph.outputs.map((value) => `output ${value.name}: ${describeValue(value)}`),
    ...[...graph.sites].map(([site, value]) => `site ${site} = ${value.name}`),
    ...[...graph.regions.values()].map((region) => `region ${region.name}: ${region.nodes.length}`),
  ]
}

function printInitializer(initializer: Initializer): string {
  return `${initializer.kind} ${initializer.value.name}: ${describeValue(initializer.value)}`
}

function printNode(node: Node): readonly string[] {
  const inputs = node.inputs.map((value) => value?.name ?? '_').join(', ')
  const plain = Object.entries(node.attributes).filter(([, value]) => value.kind !== 'graph')
  const attributes = plain.map(([name, value]) => `${name}: ${printAttribute(value)}`).sort()
  const suffix = attributes.length === 0 ? '' : ` {${attributes.join(', ')}}`
  const operator = node.domain === '' ? node.op : `${node.domain}.${node.op}`
  const outputs = node.outputs.map(describeValue).join(', ')
  return [
    `${node.name} = ${operator}(${inputs})${suffix} -> ${outputs}`,
    ...Object.entries(node.attributes).flatMap(([name, value]) =>
      value.kind === 'graph'
        ? [`  ${name}:`, ...body(value.value).map((line) => `    ${line}`)]
        : [],
    ),
  ]
}

function printAttribute(attribute: Attribute): string {
  if (attribute.kind === 'graph') return attribute.value.name
  if (attribute.kind === 'ints' || attribute.kind === 'floats') {
    return `[${attribute.value.join(', ')}]`
  }
  return String(attribute.value)
}
