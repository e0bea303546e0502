/** Shape and dtype of every operation we build, as a table: an error points at the line that built the operation. */
import { ActbenchError } from '#contract/errors'
import type { Attribute, Dim, Dtype, Shape, Value } from './ir.ts'
import { addDims, broadcastShapes, dimsAgree, normalizeAxis } from './shapes.ts'

export interface Inferred {
  readonly dtype: Dtype
  readonly shape: Shape
}

export interface InferenceInput {
  /** Path of the node, for messages. */
  readonly where: string
  readonly inputs: readonly (Value | null)[]
  readonly attributes: Readonly<Record<string, Attribute>>
  /** Reduced axes, which ONNX passes as an input tensor; all axes when absent. */
  readonly axes?: readonly number[]
  /** The K of TopK where it is a constant. */
  readonly count?: number
}

type Rule = (context: InferenceInput) => readonly Inferred[]

/** The first inputs, which must be there. Throws `shape-mismatch` naming the position that is missing. */
export function requireInputs(context: InferenceInput, count: number): readonly Value[] {
  return Array.from({ length: count }, (_, position) => {
    const value = context.inputs[position]
    if (value === null || value === undefined)
      throw mismatch(context, `an input at position ${position}`, 'none')
    return value
  })
}

export function intAttribute(context: InferenceInput, name: string, fallback: number): number {
  const attribute = context.attributes[name]
  return attribute?.kind === 'int' ? attribute.value : fallback
}

function mismatch(context: InferenceInput, expected: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'shape-mismatch',
    message: `${context.where}: expected ${expected}, found ${found}`,
  })
}

function sameDtype(context: InferenceInput, values: readonly Value[]): Dtype {
  const dtype = values[0].dtype
  const other = values.find((value) => value.dtype !== dtype)
  if (other !== undefined) {
    throw mismatch(context, `${dtype} for ${other.name}`, other.dtype)
  }
  return dtype
}

const unary: Rule = (context) => {
  const [x] = requireInputs(context, 1)
  return [{ dtype: x.dtype, shape: x.shape }]
}

const binary: Rule = (context) => {
  const [a, b] = requireInputs(context, 2)
  return [
    { dtype: sameDtype(context, [a, b]), shape: broadcastShapes(a.shape, b.shape, context.where) },
  ]
}

const comparison: Rule = (context) => [{ dtype: 'bool', shape: binary(context)[0].shape }]

const matmul: Rule = (context) => {
  const [a, b] = requireInputs(context, 2)
  const dtype = sameDtype(context, [a, b])
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw mismatch(context, 'two matrices', `ranks ${a.shape.length} and ${b.shape.length}`)
  }
  const inner = a.shape[a.shape.length - 1]
  if (!dimsAgree(inner, b.shape[b.shape.length - 2])) {
    throw mismatch(context, `an inner size of ${inner}`, `[${b.shape.join(', ')}]`)
  }
  const outer = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), context.where)
  const shape = [...outer, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]]
  return [{ dtype, shape }]
}

const gemm: Rule = (context) => {
  const [a, b] = requireInputs(context, 2)
  const dtype = sameDtype(context, [a, b])
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw mismatch(context, 'rank 2', `ranks ${a.shape.length} and ${b.shape.length}`)
  }
  const transB = intAttribute(context, 'transB', 0) === 1
  const inner = transB ? b.shape[1] : b.shape[0]
  if (!dimsAgree(a.shape[1], inner)) {
    throw mismatch(context, `an inner size of ${a.shape[1]}`, `[${b.shape.join(', ')}]`)
  }
  const shape = [a.shape[0], transB ? b.shape[0] : b.shape[1]]
  const bias = context.inputs[2] ?? null
  if (bias !== null) broadcastShapes(shape, bias.shape, context.where)
  return [{ dtype, shape }]
}

const reduction: Rule = (context) => {
  const [x] = requireInputs(context, 1)
  const keep = intAttribute(context, 'keepdims', 1) === 1
  const axes = context.axes ?? x.shape.map((_, axis) => axis)
  const reduced = new Set(axes.map((axis) => normalizeAxis(axis, x.shape.length, context.where)))
  const shape = x.shape.flatMap((dim, axis): Dim[] => {
    if (!reduced.has(axis)) return [dim]
    return keep ? [1] : []
  })
  return [{ dtype: x.dtype, shape }]
}

const argReduction: Rule = (context) => {
  const [x] = requireInputs(context, 1)
  const axis = normalizeAxis(intAttribute(context, 'axis', 0), x.shape.length, context.where)
  const keep = intAttribute(context, 'keepdims', 1) === 1
  const shape = x.shape.flatMap((dim, at): Dim[] => (at !== axis ? [dim] : keep ? [1] : []))
  return [{ dtype: 'int64', shape }]
}

const concat: Rule = (context) => {
  const values = requireInputs(context, context.inputs.length)
  const dtype = sameDtype(context, values)
  const rank = values[0].shape.length
  const axis = normalizeAxis(intAttribute(context, 'axis', 0), rank, context.where)
  const shape = [...values[0].shape]
  for (const value of values.slice(1)) {
    const fits = value.shape.every((dim, at) => at === axis || dimsAgree(dim, shape[at]))
    if (value.shape.length !== rank || !fits) {
      throw mismatch(context, `[${shape.join(', ')}] but for axis ${axis}`, describe(value))
    }
    shape[axis] = addDims(shape[axis], value.shape[axis])
  }
  return [{ dtype, shape }]
}

const transpose: Rule = (context) => {
  const [x] = requireInputs(context, 1)
  const perm = context.attributes['perm']
  const order =
    perm?.kind === 'ints' ? perm.value : x.shape.map((_, axis) => x.shape.length - 1 - axis)
  if (order.length !== x.shape.length) {
    throw mismatch(context, `a permutation of ${x.shape.length} axes`, `${order.length}`)
  }
  return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]) }]
}

const gather: Rule = (context) => {
  const [data, indices] = requireInputs(context, 2)
  const rank = data.shape.length
  const axis = normalizeAxis(intAttribute(context, 'axis', 0), rank, context.where)
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)]
  return [{ dtype: data.dtype, shape }]
}

const gatherElements: Rule = (context) => {
  const [data, indices] = requireInputs(context, 2)
  return [{ dtype: data.dtype, shape: indices.shape }]
}

const where: Rule = (context) => {
  const [condition, a, b] = requireInputs(context, 3)
  if (condition.dtype !== 'bool') throw mismatch(context, 'a bool condition', condition.dtype)
  const branches = broadcastShapes(a.shape, b.shape, context.where)
  const shape = broadcastShapes(condition.shape, branches, context.where)
  return [{ dtype: sameDtype(context, [a, b]), shape }]
}

const normalization: Rule = (context) => {
  const [x, scale] = requireInputs(context, 2)
  const last = x.shape[x.shape.length - 1]
  if (!dimsAgree(last, scale.shape[scale.shape.length - 1])) {
    throw mismatch(context, `a scale of ${last}`, describe(scale))
  }
  return [{ dtype: x.dtype, shape: x.shape }]
}

const skipNormalization: Rule = (context) => {
  const [x] = normalization({ ...context, inputs: [context.inputs[0], context.inputs[2]] })
  return [x, { dtype: 'float32', shape: [0] }, { dtype: 'float32', shape: [0] }, x]
}

/** Attention of opset 23 on [batch, seq, heads*size] or [batch, heads, seq, size] with optional past. */
const attention: Rule = (context) => {
  const [q, k, v] = requireInputs(context, 3)
  const pastKey = context.inputs[4] ?? null
  const dtype = sameDtype(context, [q, k, v])
  const nKvHeads = intAttribute(context, 'kv_num_heads', 0)
  const shape = [...q.shape]
  if (q.shape.length !== 3) throw mismatch(context, 'queries of rank 3', describe(q))
  const width = k.shape[2]
  const past = pastKey === null ? 0 : pastKey.shape[2]
  const dHead = typeof width === 'number' ? width / nKvHeads : '?'
  const present = [q.shape[0], nKvHeads, addDims(past, k.shape[1]), dHead]
  return [
    { dtype, shape },
    { dtype, shape: present },
    { dtype, shape: present },
  ]
}

const matMulNBits: Rule = (context) => {
  const [x] = requireInputs(context, 3)
  const inner = intAttribute(context, 'K', 0)
  const last = x.shape[x.shape.length - 1]
  if (!dimsAgree(last, inner)) throw mismatch(context, `an inner size of ${inner}`, describe(x))
  return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), intAttribute(context, 'N', 0)] }]
}

const gatherBlockQuantized: Rule = (context) => {
  const [data, indices, scales] = requireInputs(context, 3)
  return [{ dtype: scales.dtype, shape: [...indices.shape, ...data.shape.slice(1)] }]
}

const topK: Rule = (context) => {
  const [x] = requireInputs(context, 2)
  const axis = normalizeAxis(intAttribute(context, 'axis', -1), x.shape.length, context.where)
  const shape = x.shape.map((dim, at) => (at === axis ? (context.count ?? '?') : dim))
  return [
    { dtype: x.dtype, shape },
    { dtype: 'int64', shape },
  ]
}

const shapeOf: Rule = (context) => {
  const [x] = requireInputs(context, 1)
  const start = intAttribute(context, 'start', 0)
  const end = intAttribute(context, 'end', x.shape.length)
  return [{ dtype: 'int64', shape: [x.shape.slice(start, end).length] }]
}

const range: Rule = (context) => [{ dtype: requireInputs(context, 3)[0].dtype, shape: ['?'] }]

function describe(value: Value): string {
  return `${value.name} ${value.dtype}[${value.shape.join(', ')}]`
}

const unaryOps =
  'Neg Abs Sqrt Exp Log Erf Sigmoid Tanh Relu Cos Sin Floor Ceil Round Sign Reciprocal Clip Identity Not ' +
  'Softmax LogSoftmax CumSum Softplus Gelu'
const binaryOps = 'Add Sub Mul Div Pow Min Max Mod And Or'
const comparisonOps = 'Equal Less LessOrEqual Greater GreaterOrEqual'
const reductionOps = 'ReduceSum ReduceMean ReduceMax ReduceMin ReduceLogSumExp ReduceL1 ReduceL2'

function rulesFor(names: string, rule: Rule): [string, Rule][] {
  return names.split(' ').map((name) => [name, rule])
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...rulesFor(unaryOps, unary),
  ...rulesFor(binaryOps, binary),
  ...rulesFor(comparisonOps, comparison),
  ...rulesFor(reductionOps, reduction),
  ['MatMul', matmul],
  ['Gemm', gemm],
  ['ArgMax', argReduction],
  ['ArgMin', argReduction],
  ['Concat', concat],
  ['Transpose', transpose],
  ['Gather', gather],
  ['GatherElements', gatherElements],
  ['Where', where],
  ['RMSNormalization', normalization],
  ['LayerNormalization', normalization],
  ['SkipSimplifiedLayerNormalization', skipNormalization],
  ['RotaryEmbedding', unary],
  ['Attention', attention],
  ['MatMulNBits', matMulNBits],
  ['GatherBlockQuantized', gatherBlockQuantized],
  ['TopK', topK],
  ['Shape', shapeOf],
  ['Range', range],
])

/**
 * What `op` produces. Throws `shape-mismatch` when the inputs do not fit and `internal` for an operation without a
 * rule (the caller then states the result itself).
 */
export function inferOutputs(op: string, context: InferenceInput): readonly Inferred[] {
  const rule = rules.get(op)
  if (rule === undefined) {
    throw new ActbenchError({
      code: 'internal',
      message: `${context.where}: no inference rule for ${op}`,
    })
  }
  return rule(context)
}

/** Shape of a slice with constant bounds on one axis; symbolic sizes stay unknown. */
export function slicedDim(dim: Dim, start: number, end: number): Dim {
  if (typeof dim !== 'number') return start >= 0 && end >= 0 ? end - start : '?'
  const from = Math.max(0, start < 0 ? dim + start : Math.min(start, dim))
  const to = Math.max(from, end < 0 ? dim + end : Math.min(end, dim))
  return to - from
}
