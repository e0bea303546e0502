/** What a legal graph is, as a list of rules that is run after the last pass (and after each pass in tests). */
import { ActbenchError } from '#contract/errors'
import type { Graph } from './ir.ts'
import { describeValue } from './ir.ts'
import { dependenciesOf } from './order.ts'

interface Rule {
  readonly title: string
  /** One sentence for each violation. */
  readonly violations: (graph: Graph) => readonly string[]
}

const rules: readonly Rule[] = [
  {
    title: 'node names are unique',
    violations: (graph) => duplicates(graph.nodes.map((node) => node.name)),
  },
  {
    title: 'every value is defined once',
    violations: (graph) =>
      duplicates([
        ...graph.inputs.map((value) => value.name),
        ...graph.initializers.keys(),
        ...graph.nodes.flatMap((node) => node.outputs.map((value) => value.name)),
      ]),
  },
  {
    title: 'every value is defined before it is read',
    violations: (graph) => {
      const defined = new Set([
        ...graph.inputs.map((value) => value.name),
        ...graph.initializers.keys(),
      ])
      const missing: string[] = []
      for (const node of graph.nodes) {
        for (const name of dependenciesOf(node)) {
          if (!defined.has(name)) missing.push(`${node.name} reads ${name}`)
        }
        for (const output of node.outputs) defined.add(output.name)
      }
      for (const value of graph.outputs) {
        if (!defined.has(value.name)) missing.push(`output ${value.name}`)
      }
      return missing
    },
  },
  {
    title: 'a value has one dtype and shape wherever it is read',
    violations: (graph) => {
      const known = new Map<string, string>()
      for (const value of graph.inputs) known.set(value.name, describeValue(value))
      for (const { value } of graph.initializers.values()) {
        known.set(value.name, describeValue(value))
      }
      for (const node of graph.nodes) {
        for (const value of node.outputs) known.set(value.name, describeValue(value))
      }
      return graph.nodes.flatMap((node) =>
        node.inputs.flatMap((value) => {
          if (value === null || known.get(value.name) === describeValue(value)) return []
          return [`${node.name}: ${value.name} as ${describeValue(value)}`]
        }),
      )
    },
  },
  {
    title: 'sites name values that exist',
    violations: (graph) => {
      const defined = new Set([
        ...graph.inputs.map((value) => value.name),
        ...graph.nodes.flatMap((node) => node.outputs.map((value) => value.name)),
      ])
      return [...graph.sites].flatMap(([site, value]) =>
        defined.has(value.name) ? [] : [`${site} -> ${value.name}`],
      )
    },
  },
  {
    title: 'outputs are distinct',
    violations: (graph) => duplicates(graph.outputs.map((value) => value.name)),
  },
]

function duplicates(names: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  // Omitted optional outputs share the empty name.
  return names.filter((name) => name !== '' && (seen.has(name) || !seen.add(name)))
}

/** Returns the graph when it is legal. Throws `internal` with the broken rules and up to five places each. */
export function verify(graph: Graph): Graph {
  const broken = rules.flatMap(({ title, violations }) => {
    const places = violations(graph)
    return places.length === 0 ? [] : [`${title}: ${places.slice(0, 5).join('; ')}`]
  })
  if (broken.length > 0) {
    throw new ActbenchError({
      code: 'internal',
      message: `Graph ${graph.name} is not legal. ${broken.join('. ')}`,
    })
  }
  return graph
}
