/**
 * Arithmetic over numbers or over values of a graph. An approximation is written once over it, so that the float64 form that
 * tests hold against published values and the graph that a model runs cannot drift apart.
 */
import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/ir.ts'

type Unary<T> = (x: T) => T
type Binary<T> = (a: T | number, b: T | number) => T

export interface Arithmetic<T> {
  readonly constant: (value: number) => T
  readonly add: Binary<T>
  readonly sub: Binary<T>
  readonly mul: Binary<T>
  readonly div: Binary<T>
  readonly pow: Binary<T>
  readonly min: Binary<T>
  readonly max: Binary<T>
  readonly neg: Unary<T>
  readonly abs: Unary<T>
  readonly floor: Unary<T>
  readonly ceil: Unary<T>
  readonly exp: Unary<T>
  readonly log: Unary<T>
  readonly sqrt: Unary<T>
  readonly tanh: Unary<T>
  readonly sigmoid: Unary<T>
  /** x held within [low, high]; an infinite end is no limit. */
  readonly clamp: (x: T, low: number, high: number) => T
  /** Both choices are computed: each must be finite for every x. */
  readonly whereLess: Choice<T>
  readonly whereLessOrEqual: Choice<T>
}

type Choice<T> = (
  x: T,
  limit: number,
  choices: { readonly ifTrue: T | number; readonly ifFalse: T | number },
) => T

export const float64: Arithmetic<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (x) => -x,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
  whereLess: (x, limit, { ifTrue, ifFalse }) => (x < limit ? ifTrue : ifFalse),
  whereLessOrEqual: (x, limit, { ifTrue, ifFalse }) => (x <= limit ? ifTrue : ifFalse),
}

/** The same in float32, as nodes of the graph that `builder` builds. */
export function onGraph(builder: GraphBuilder): Arithmetic<Value> {
  const lift = (x: Value | number) => (typeof x === 'number' ? builder.float32(x) : x)
  const binary =
    (operation: (a: Value, b: Value) => Value): Binary<Value> =>
    (a, b) =>
      operation(lift(a), lift(b))
  const choice =
    (compare: (a: Value, b: Value) => Value): Choice<Value> =>
    (x, limit, { ifTrue, ifFalse }) =>
      builder.where(compare(x, lift(limit)), lift(ifTrue), lift(ifFalse))
  const end = (limit: number) => (Number.isFinite(limit) ? lift(limit) : null)
  const { add, sub, mul, div, pow, min, max, less, lessOrEqual } = builder
  const { neg, abs, floor, ceil, exp, log, sqrt, tanh, sigmoid } = builder
  return {
    constant: lift,
    add: binary(add),
    sub: binary(sub),
    mul: binary(mul),
    div: binary(div),
    pow: binary(pow),
    min: binary(min),
    max: binary(max),
    ...{ neg, abs, floor, ceil, exp, log, sqrt, tanh, sigmoid },
    clamp: (x, low, high) => builder.clip(x, end(low), end(high)),
    whereLess: choice(less),
    whereLessOrEqual: choice(lessOrEqual),
  }
}

/** Sum of coefficients[k] * t^k by Horner's rule. */
export function horner<T>(m: Arithmetic<T>, coefficients: readonly number[], t: T): T {
  const descending = [...coefficients].reverse()
  return descending.slice(1).reduce((value, coefficient) => {
    const product = m.mul(value, t)
    return coefficient === 0 ? product : m.add(product, coefficient)
  }, m.constant(descending[0]))
}
