/** ModelProto bytes -> plain structure: enough to check what encode.ts wrote and to look into foreign models. */
import {
  attributeField,
  dimField,
  entryField,
  graphField,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  tensorField,
  tensorTypeField,
  typeField,
  valueInfoField,
} from './schema.ts'
import type { WireField } from './wire.ts'
import { readFields } from './wire.ts'

export interface DecodedModel {
  readonly irVersion: number
  readonly opsets: ReadonlyMap<string, number>
  readonly graph: DecodedGraph
}

export interface DecodedGraph {
  readonly name: string
  readonly nodes: readonly DecodedNode[]
  readonly initializers: readonly DecodedTensor[]
  readonly inputs: readonly DecodedValue[]
  readonly outputs: readonly DecodedValue[]
}

export interface DecodedNode {
  readonly name: string
  readonly op: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, DecodedAttribute>
}

export type DecodedAttribute = number | string | readonly number[] | DecodedGraph | null

export interface DecodedTensor {
  readonly name: string
  readonly dims: readonly number[]
  /** TensorProto.DataType. */
  readonly dataType: number
  readonly rawData: Uint8Array
  /** location, offset, length; empty for inline data. */
  readonly external: ReadonlyMap<string, string>
}

export interface DecodedValue {
  readonly name: string
  readonly elementType: number
  /** A number, a symbol, or '' where nothing is declared. */
  readonly dims: readonly (number | string)[]
}

const decoder = new TextDecoder()
const textOf = (field: WireField): string => decoder.decode(field.bytes)
const numberOf = (field: WireField): number => Number(BigInt.asIntN(64, field.value))

function fieldsOf(message: Uint8Array, field: number): WireField[] {
  return [...readFields(message)].filter((each) => each.field === field)
}

function lastText(message: Uint8Array, field: number): string {
  const found = fieldsOf(message, field).at(-1)
  return found === undefined ? '' : textOf(found)
}

function lastNumber(message: Uint8Array, field: number): number {
  const found = fieldsOf(message, field).at(-1)
  return found === undefined ? 0 : numberOf(found)
}

/** Throws `malformed-file` for bytes that are no protobuf message. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const opsets = fieldsOf(bytes, modelField.opsetImport).map((field): [string, number] => [
    lastText(field.bytes, opsetField.domain),
    lastNumber(field.bytes, opsetField.version),
  ])
  const graph = fieldsOf(bytes, modelField.graph).at(-1)?.bytes ?? new Uint8Array(0)
  return {
    irVersion: lastNumber(bytes, modelField.irVersion),
    opsets: new Map(opsets),
    graph: decodeGraph(graph),
  }
}

function decodeGraph(message: Uint8Array): DecodedGraph {
  const all = (field: number) => fieldsOf(message, field).map((each) => each.bytes)
  return {
    name: lastText(message, graphField.name),
    nodes: all(graphField.node).map(decodeNode),
    initializers: all(graphField.initializer).map(decodeTensor),
    inputs: all(graphField.input).map(decodeValueInfo),
    outputs: all(graphField.output).map(decodeValueInfo),
  }
}

function decodeNode(message: Uint8Array): DecodedNode {
  const attributes = fieldsOf(message, nodeField.attribute).map(
    ({ bytes }): [string, DecodedAttribute] => [
      lastText(bytes, attributeField.name),
      decodeAttribute(bytes),
    ],
  )
  return {
    name: lastText(message, nodeField.name),
    op: lastText(message, nodeField.opType),
    domain: lastText(message, nodeField.domain),
    inputs: fieldsOf(message, nodeField.input).map(textOf),
    outputs: fieldsOf(message, nodeField.output).map(textOf),
    attributes: new Map(attributes),
  }
}

function decodeAttribute(message: Uint8Array): DecodedAttribute {
  for (const field of readFields(message)) {
    switch (field.field) {
      case attributeField.i:
        return numberOf(field)
      case attributeField.f:
        return floatsOf(field.bytes)[0]
      case attributeField.s:
        return textOf(field)
      case attributeField.ints:
        return varintsOf(field)
      case attributeField.floats:
        return floatsOf(field.bytes)
      case attributeField.g:
        return decodeGraph(field.bytes)
    }
  }
  return null
}

/** Repeated numbers, packed or one by one. */
function varintsOf(field: WireField): readonly number[] {
  if (field.bytes.length === 0) return [numberOf(field)]
  const numbers: number[] = []
  let value = 0n
  let shift = 0n
  for (const byte of field.bytes) {
    value |= BigInt(byte & 127) << shift
    shift += 7n
    if (byte < 128) {
      numbers.push(Number(BigInt.asIntN(64, value)))
      value = 0n
      shift = 0n
    }
  }
  return numbers
}

function floatsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

function decodeTensor(message: Uint8Array): DecodedTensor {
  const external = fieldsOf(message, tensorField.externalData).map(
    ({ bytes }): [string, string] => [
      lastText(bytes, entryField.key),
      lastText(bytes, entryField.value),
    ],
  )
  return {
    name: lastText(message, tensorField.name),
    dims: fieldsOf(message, tensorField.dims).flatMap(varintsOf),
    dataType: lastNumber(message, tensorField.dataType),
    rawData: fieldsOf(message, tensorField.rawData).at(-1)?.bytes ?? new Uint8Array(0),
    external: new Map(external),
  }
}

function decodeValueInfo(message: Uint8Array): DecodedValue {
  const nested = (from: Uint8Array, field: number) =>
    fieldsOf(from, field).at(-1)?.bytes ?? new Uint8Array(0)
  const tensor = nested(nested(message, valueInfoField.type), typeField.tensor)
  const dims = fieldsOf(nested(tensor, tensorTypeField.shape), shapeField.dim).map(({ bytes }) => {
    const fixed = fieldsOf(bytes, dimField.value).at(-1)
    return fixed === undefined ? lastText(bytes, dimField.param) : numberOf(fixed)
  })
  return {
    name: lastText(message, valueInfoField.name),
    elementType: lastNumber(tensor, tensorTypeField.elementType),
    dims,
  }
}
