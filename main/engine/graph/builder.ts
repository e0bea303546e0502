/** Builds graphs: operations take and return Values, and infer shape and dtype when built. */
import { ActbenchError } from '#contract/errors'
import type {
  Attribute,
  Dtype,
  Graph,
  Initializer,
  InlineData,
  Node,
  Region,
  RegionKind,
  Shape,
  Value,
} from './ir.ts'
import { describeValue, elementCount, sizeOf } from './ir.ts'
import type { Inferred } from './infer.ts'
import { inferOutputs } from './infer.ts'
import type { EmitOptions, Operations } from './operations.ts'
import { createOperations } from './operations.ts'
import { siteShapes, siteTemplate } from './sites.ts'

export interface RegionOptions {
  readonly kind: RegionKind
  readonly inputs: readonly Value[]
  readonly parameters?: Readonly<Record<string, number>>
}

export interface BuilderCore {
  /** Names made inside `build` are prefixed with `path`, joined by dots. */
  scope<T>(path: string, build: () => T): T
  /** A node of any operator: inferred, or with the stated `result`. */
  emit(op: string, inputs: readonly (Value | null)[], options?: EmitOptions): readonly Value[]
  input(name: string, dtype: Dtype, shape: Shape): Value
  output(value: Value): void
  /** Small constants are shared by content. */
  constant(data: InlineData, shape: readonly number[], dtype: Dtype): Value
  /** Adds an initializer under its own name; a second one of the same name must be the same reference. */
  initializer(initializer: Initializer): Value
  /** Names the value; adds no node. Throws `internal` for a site that sites.ts does not declare. */
  site(name: string, value: Value): Value
  /** Marks the nodes added by `build` as one function; its results are the region's outputs. */
  region<T extends Value | readonly Value[]>(options: RegionOptions, build: () => T): T
  /** What `build` returns, with the names of the nodes that it added. */
  record<T>(build: () => T): { readonly result: T; readonly added: readonly string[] }
  finish(): Graph
}

export type GraphBuilder = BuilderCore & Operations

export interface BuilderOptions {
  readonly name: string
  /** First part of every name made here; keeps the names of a subgraph apart from those around it. */
  readonly prefix?: string
  /** Continue from this graph instead of an empty one. */
  readonly from?: Graph
}

interface BuilderState {
  readonly inputs: Value[]
  readonly outputs: Value[]
  readonly nodes: Node[]
  readonly initializers: Map<string, Initializer>
  readonly sites: Map<string, Value>
  readonly regions: Map<string, Region>
  readonly usedNames: Map<string, number>
  readonly path: string[]
}

/** An empty builder, or one that continues `from` a graph. */
export function createBuilder(options: BuilderOptions): GraphBuilder {
  const { from } = options
  const state: BuilderState = {
    inputs: [...(from?.inputs ?? [])],
    outputs: [...(from?.outputs ?? [])],
    nodes: [...(from?.nodes ?? [])],
    initializers: new Map(from?.initializers ?? []),
    sites: new Map(from?.sites ?? []),
    regions: new Map(from?.regions ?? []),
    usedNames: new Map((from?.nodes ?? []).map((node) => [node.name, 1])),
    path: options.prefix === undefined ? [] : [options.prefix],
  }
  const core = createCore(options.name, state)
  return { ...core, ...createOperations(core) }
}

function createCore(name: string, state: BuilderState): BuilderCore {
  return {
    scope(path, build) {
      state.path.push(path)
      try {
        return build()
      } finally {
        state.path.pop()
      }
    },
    emit: (op, inputs, options = {}) => emitNode(state, { op, inputs, options }),
    input(inputName, dtype, shape) {
      if (state.inputs.some((existing) => existing.name === inputName)) {
        throw new ActbenchError({
          code: 'invalid-input',
          message: `Graph input ${inputName} is declared twice.`,
        })
      }
      const value = freezeValue(inputName, { dtype, shape })
      state.inputs.push(value)
      return value
    },
    output: (value) => void state.outputs.push(value),
    constant: (data, shape, dtype) => addConstant(state, { data, shape, dtype }),
    initializer: (initializer) => addInitializer(state, initializer),
    site(siteName, value) {
      checkSite(siteName, value)
      state.sites.set(siteName, value)
      return value
    },
    region: (options, build) => addRegion(state, options, build),
    record(build) {
      const start = state.nodes.length
      const result = build()
      return { result, added: state.nodes.slice(start).map((node) => node.name) }
    },
    finish: () => freezeGraph({ name, ...state }),
  }
}

function freezeValue(name: string, inferred: Inferred): Value {
  return Object.freeze({ name, dtype: inferred.dtype, shape: Object.freeze([...inferred.shape]) })
}

/** A graph of these parts, frozen; `nodes` must already be in topological order. */
export function freezeGraph(parts: Graph): Graph {
  const { name, inputs, outputs, nodes, initializers, sites, regions } = parts
  return Object.freeze({
    name,
    inputs: Object.freeze([...inputs]),
    outputs: Object.freeze([...outputs]),
    nodes: Object.freeze([...nodes]),
    initializers: new Map(initializers),
    sites: new Map(sites),
    regions: new Map(regions),
  })
}

function uniqueName(state: BuilderState, op: string): string {
  const base = `${state.path.join('.')}/${op}`
  const uses = state.usedNames.get(base) ?? 0
  state.usedNames.set(base, uses + 1)
  if (uses === 0) return base
  const name = `${base}_${uses}`
  if (state.usedNames.has(name)) return uniqueName(state, op)
  state.usedNames.set(name, 1)
  return name
}

function emitNode(
  state: BuilderState,
  node: { op: string; inputs: readonly (Value | null)[]; options: EmitOptions },
): readonly Value[] {
  const { op, inputs, options } = node
  const name = uniqueName(state, op)
  const attributes: Readonly<Record<string, Attribute>> = options.attributes ?? {}
  const inferred =
    options.result ?? inferOutputs(op, { where: name, inputs, attributes, ...options })
  const outputs = inferred.map((result, index) => {
    if (options.omitted?.includes(index) === true) return freezeValue('', result)
    return freezeValue(inferred.length === 1 ? name : `${name}:${index}`, result)
  })
  state.nodes.push(
    Object.freeze({
      name,
      op,
      domain: options.domain ?? '',
      inputs: Object.freeze([...inputs]),
      outputs: Object.freeze(outputs),
      attributes: Object.freeze(attributes),
    }),
  )
  return outputs
}

function addConstant(
  state: BuilderState,
  constant: { data: InlineData; shape: readonly number[]; dtype: Dtype },
): Value {
  const { data, shape, dtype } = constant
  if (elementCount(shape) !== data.length || sizeOf(dtype) !== data.BYTES_PER_ELEMENT) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `Constant: expected ${dtype}[${shape.join(', ')}], found ${data.length} elements of ${data.BYTES_PER_ELEMENT} bytes.`,
    })
  }
  const name = constantName(state, constant)
  const existing = state.initializers.get(name)
  if (existing !== undefined) return existing.value
  const value = freezeValue(name, { dtype, shape })
  state.initializers.set(name, Object.freeze({ kind: 'inline', value, data }))
  return value
}

/** Constants up to this many elements are named by content, and so shared. */
const sharedConstantLimit = 16

function constantName(
  state: BuilderState,
  constant: { data: InlineData; shape: readonly number[]; dtype: Dtype },
): string {
  const { data, shape, dtype } = constant
  if (data.length > sharedConstantLimit) return uniqueName(state, 'constant')
  return `constant/${dtype}[${shape.join(',')}](${Array.from<number | bigint>(data).join(',')})`
}

function addInitializer(state: BuilderState, initializer: Initializer): Value {
  const { name } = initializer.value
  const existing = state.initializers.get(name)
  if (existing === undefined) {
    state.initializers.set(name, Object.freeze(initializer))
    return initializer.value
  }
  if (describeValue(existing.value) !== describeValue(initializer.value)) {
    throw new ActbenchError({
      code: 'internal',
      message: `Initializer ${name}: expected ${describeValue(existing.value)}, found ${describeValue(initializer.value)}.`,
    })
  }
  return existing.value
}

function checkSite(name: string, value: Value): void {
  const template = siteTemplate(name)
  const rank = template === null ? -1 : siteShapes[template].length
  if (rank !== value.shape.length) {
    throw new ActbenchError({
      code: 'internal',
      message:
        template === null
          ? `Site ${name} is not declared in sites.ts.`
          : `Site ${name}: expected rank ${rank}, found ${describeValue(value)}.`,
    })
  }
}

function addRegion<T extends Value | readonly Value[]>(
  state: BuilderState,
  options: RegionOptions,
  build: () => T,
): T {
  const start = state.nodes.length
  const result = build()
  const nodes = state.nodes.slice(start).map((node) => node.name)
  const outputs: readonly Value[] = isValues(result) ? result : [result]
  const name = uniqueName(state, options.kind)
  state.regions.set(
    name,
    Object.freeze({
      name,
      kind: options.kind,
      nodes: Object.freeze(nodes),
      inputs: Object.freeze([...options.inputs]),
      outputs: Object.freeze([...outputs]),
      parameters: Object.freeze({ ...options.parameters }),
    }),
  )
  return result
}

function isValues(result: Value | readonly Value[]): result is readonly Value[] {
  return Array.isArray(result)
}
