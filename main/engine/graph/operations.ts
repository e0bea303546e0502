/** The operations of a builder: thin, typed spellings of ONNX operators over one `emit`. */
import type { Attribute, Dim, Dtype, Graph, InlineData, Shape, Value } from './ir.ts'
import type { Inferred } from './infer.ts'
import { slicedDim } from './infer.ts'
import { normalizeAxis, reshapeShape } from './shapes.ts'

export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: string
  /** Positions of optional outputs that nobody wants; they get no name. */
  readonly omitted?: readonly number[]
  /** The result, where the operator's own rule cannot know it. */
  readonly result?: readonly Inferred[]
  readonly axes?: readonly number[]
  readonly count?: number
}

export interface OperationContext {
  readonly emit: (
    op: string,
    inputs: readonly (Value | null)[],
    options?: EmitOptions,
  ) => readonly Value[]
  readonly constant: (data: InlineData, shape: readonly number[], dtype: Dtype) => Value
}

export const int = (value: number): Attribute => ({ kind: 'int', value })
export const float = (value: number): Attribute => ({ kind: 'float', value })
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value })
export const text = (value: string): Attribute => ({ kind: 'string', value })

/** Domain of ONNX Runtime's own operators. */
export const microsoft = 'com.microsoft'

export type Operations = ReturnType<typeof createOperations>

export function createOperations(context: OperationContext) {
  const { emit, constant } = context
  const one = (op: string, inputs: readonly (Value | null)[], options?: EmitOptions): Value =>
    emit(op, inputs, options)[0]
  const int64 = (values: readonly number[]): Value =>
    constant(BigInt64Array.from(values, BigInt), [values.length], 'int64')
  const unary = (op: string) => (x: Value) => one(op, [x])
  const binary = (op: string) => (a: Value, b: Value) => one(op, [a, b])
  const reduction = (op: string) => (x: Value, axes: readonly number[], keepDims: boolean) =>
    one(op, [x, int64(axes)], { axes, attributes: { keepdims: int(keepDims ? 1 : 0) } })
  const alongAxis = (op: string) => (x: Value, axis: number) =>
    one(op, [x], { attributes: { axis: int(axis) } })
  const argReduction = (op: string) => (x: Value, axis: number, keepDims: boolean) =>
    one(op, [x], { attributes: { axis: int(axis), keepdims: int(keepDims ? 1 : 0) } })

  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    pow: binary('Pow'),
    mod: binary('Mod'),
    min: binary('Min'),
    max: binary('Max'),
    neg: unary('Neg'),
    abs: unary('Abs'),
    sqrt: unary('Sqrt'),
    exp: unary('Exp'),
    log: unary('Log'),
    erf: unary('Erf'),
    cos: unary('Cos'),
    sin: unary('Sin'),
    tanh: unary('Tanh'),
    relu: unary('Relu'),
    sigmoid: unary('Sigmoid'),
    floor: unary('Floor'),
    ceil: unary('Ceil'),
    /** Half to even. */
    round: unary('Round'),
    sign: unary('Sign'),
    reciprocal: unary('Reciprocal'),
    identity: unary('Identity'),
    not: unary('Not'),
    and: binary('And'),
    or: binary('Or'),
    equal: binary('Equal'),
    less: binary('Less'),
    lessOrEqual: binary('LessOrEqual'),
    greater: binary('Greater'),
    greaterOrEqual: binary('GreaterOrEqual'),
    matmul: binary('MatMul'),
    softmax: alongAxis('Softmax'),
    logSoftmax: alongAxis('LogSoftmax'),
    reduceSum: reduction('ReduceSum'),
    reduceMean: reduction('ReduceMean'),
    reduceMax: reduction('ReduceMax'),
    reduceMin: reduction('ReduceMin'),
    reduceLogSumExp: reduction('ReduceLogSumExp'),
    argMax: argReduction('ArgMax'),
    argMin: argReduction('ArgMin'),

    /** A float32 constant, scalar unless `shape` is given. */
    float32(value: number | Float32Array, shape?: readonly number[]): Value {
      const data = typeof value === 'number' ? Float32Array.of(value) : value
      return constant(data, shape ?? (typeof value === 'number' ? [] : [value.length]), 'float32')
    },
    /** An int64 vector. */
    int64,
    /** An int64 scalar. */
    int64Scalar: (value: number): Value => constant(BigInt64Array.of(BigInt(value)), [], 'int64'),

    clip: (x: Value, low: Value | null, high: Value | null): Value => one('Clip', [x, low, high]),
    where: (condition: Value, a: Value, b: Value): Value => one('Where', [condition, a, b]),
    cast(x: Value, to: Dtype): Value {
      if (x.dtype === to) return x
      const result = [{ dtype: to, shape: x.shape }]
      return one('Cast', [x], { attributes: { to: int(onnxType(to)) }, result })
    },

    /** Sizes as ONNX writes them: 0 copies the input's, one -1 takes what is left. */
    reshape(x: Value, sizes: readonly number[]): Value {
      const result = [{ dtype: x.dtype, shape: reshapeShape(x.shape, sizes, 'Reshape') }]
      return one('Reshape', [x, int64(sizes)], { result })
    },
    /** Reshape to sizes that are computed in the graph; `shape` is what the caller knows them to be. */
    reshapeTo: (x: Value, sizes: Value, shape: Shape): Value =>
      one('Reshape', [x, sizes], { result: [{ dtype: x.dtype, shape }] }),
    expand: (x: Value, sizes: Value, shape: Shape): Value =>
      one('Expand', [x, sizes], { result: [{ dtype: x.dtype, shape }] }),
    transpose: (x: Value, order: readonly number[]): Value =>
      one('Transpose', [x], { attributes: { perm: ints(order) } }),
    concat: (values: readonly Value[], axis: number): Value =>
      one('Concat', values, { attributes: { axis: int(axis) } }),
    unsqueeze(x: Value, axes: readonly number[]): Value {
      const rank = x.shape.length + axes.length
      const inserted = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))
      const rest = [...x.shape]
      const shape = Array.from({ length: rank }, (_, at): Dim => {
        return inserted.has(at) ? 1 : (rest.shift() ?? 1)
      })
      return one('Unsqueeze', [x, int64(axes)], { result: [{ dtype: x.dtype, shape }] })
    },
    squeeze(x: Value, axes: readonly number[]): Value {
      const removed = new Set(axes.map((axis) => normalizeAxis(axis, x.shape.length, 'Squeeze')))
      const shape = x.shape.filter((_, at) => !removed.has(at))
      return one('Squeeze', [x, int64(axes)], { result: [{ dtype: x.dtype, shape }] })
    },
    /** Positions `start` to `end` (exclusive) along one axis; negative ones count from the end. */
    slice(x: Value, bounds: { axis: number; start: number; end: number }): Value {
      const axis = normalizeAxis(bounds.axis, x.shape.length, 'Slice')
      const shape = [...x.shape]
      shape[axis] = slicedDim(x.shape[axis], bounds.start, bounds.end)
      const inputs = [x, int64([bounds.start]), int64([bounds.end]), int64([axis])]
      return one('Slice', inputs, { result: [{ dtype: x.dtype, shape }] })
    },
    /** Equal or stated parts along the axis. */
    split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
      const at = normalizeAxis(axis, x.shape.length, 'Split')
      const result = sizes.map((size) => ({
        dtype: x.dtype,
        shape: x.shape.map((dim, position) => (position === at ? size : dim)),
      }))
      return emit('Split', [x, int64(sizes)], { attributes: { axis: int(at) }, result })
    },
    gather: (data: Value, indices: Value, axis: number): Value =>
      one('Gather', [data, indices], { attributes: { axis: int(axis) } }),
    gatherElements: (data: Value, indices: Value, axis: number): Value =>
      one('GatherElements', [data, indices], { attributes: { axis: int(axis) } }),
    cumSum: (x: Value, axis: number, exclusive: boolean): Value =>
      one('CumSum', [x, constant(BigInt64Array.of(BigInt(axis)), [], 'int64')], {
        attributes: { exclusive: int(exclusive ? 1 : 0) },
      }),
    /** Largest entries along the last axis, descending: [values, indices]. */
    topK(x: Value, count: number | Value): readonly [Value, Value] {
      const known = typeof count === 'number'
      const k = known ? int64([count]) : count
      const outputs = emit('TopK', [x, k], {
        attributes: { axis: int(-1) },
        ...(known ? { count } : {}),
      })
      return [outputs[0], outputs[1]]
    },
    /** Sizes of the axes `start` to `end` as an int64 vector. */
    shapeOf: (x: Value, start: number, end: number): Value =>
      one('Shape', [x], { attributes: { start: int(start), end: int(end) } }),
    /** Integers from `start` (scalar) up to `end` (scalar, exclusive); `length` names the resulting size. */
    range: (start: Value, end: Value, length: Dim): Value =>
      one('Range', [start, end, constant(BigInt64Array.of(1n), [], 'int64')], {
        result: [{ dtype: 'int64', shape: [length] }],
      }),

    /** x [m, k] times the transpose of weight [n, k], plus an optional bias [n] or [m, n]. */
    gemmTransB: (x: Value, weight: Value, bias: Value | null): Value =>
      one('Gemm', bias === null ? [x, weight] : [x, weight, bias], {
        attributes: { transB: int(1) },
      }),
    /**
     * Runs `body` up to `tripCount` times (null: no limit) while `condition` holds. Body inputs: iteration, condition,
     * state...; outputs: condition, next state..., scanned values... Result: final state..., stacked scans....
     */
    loop(options: {
      tripCount: Value | null
      condition: Value | null
      state: readonly Value[]
      body: Graph
      result: readonly Inferred[]
    }): readonly Value[] {
      const { tripCount, condition, state, body, result } = options
      const attributes = { body: { kind: 'graph', value: body } } as const
      return emit('Loop', [tripCount, condition, ...state], { attributes, result })
    },
    /** Only the chosen branch runs. Branches have no inputs: they capture values from around them. */
    ifElse(condition: Value, branches: { then: Graph; else: Graph }): readonly Value[] {
      const attributes = {
        then_branch: { kind: 'graph', value: branches.then },
        else_branch: { kind: 'graph', value: branches.else },
      } as const
      const result = branches.then.outputs.map(({ dtype, shape }) => ({ dtype, shape }))
      return emit('If', [condition], { attributes, result })
    },
    rmsNormalization: (x: Value, scale: Value, epsilon: number): Value =>
      one('RMSNormalization', [x, scale], {
        attributes: { axis: int(-1), epsilon: float(epsilon) },
      }),
    layerNormalization: (x: Value, norm: { scale: Value; bias: Value; epsilon: number }): Value =>
      one('LayerNormalization', [x, norm.scale, norm.bias], {
        attributes: { axis: int(-1), epsilon: float(norm.epsilon) },
      }),
  }
}

const onnxTypes: Readonly<Record<Dtype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
}

/** TensorProto.DataType of onnx.proto. */
export function onnxType(dtype: Dtype): number {
  return onnxTypes[dtype]
}
