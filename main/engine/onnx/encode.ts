/** Graph -> ModelProto bytes. Weights stay where they are: external initializers become references. */
import { ActbenchError } from '#contract/errors'
import type { Attribute, Graph, Initializer, InlineData, Node, Value } from '../graph/ir.ts'
import { onnxType } from '../graph/operations.ts'
import {
  attributeField,
  attributeType,
  dimField,
  entryField,
  externalLocation,
  graphField,
  irVersion,
  microsoftOpset,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  standardOpset,
  tensorField,
  tensorTypeField,
  typeField,
  valueInfoField,
} from './schema.ts'
import type { WireWriter } from './wire.ts'
import { createWireWriter } from './wire.ts'

/**
 * The bytes of an ONNX model. External locations are absolute paths without the leading separator: the session must be
 * created with '/' as its folder of external initializers. Throws `internal` for a generated initializer, which
 * external-data.ts must have placed before.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const writer = createWireWriter()
  writer.varint(modelField.irVersion, irVersion)
  writer.text(modelField.producerName, 'actbench')
  writer.message(modelField.graph, () => writeGraph(writer, graph, 'outer'))
  for (const [domain, version] of [
    ['', standardOpset],
    ['com.microsoft', microsoftOpset],
  ] as const) {
    writer.message(modelField.opsetImport, () => {
      writer.text(opsetField.domain, domain)
      writer.varint(opsetField.version, version)
    })
  }
  return writer.finish()
}

function writeGraph(writer: WireWriter, graph: Graph, place: 'outer' | 'subgraph'): void {
  for (const node of graph.nodes) {
    writer.message(graphField.node, () => writeNode(writer, node))
  }
  writer.text(graphField.name, graph.name)
  for (const initializer of graph.initializers.values()) {
    writer.message(graphField.initializer, () => writeTensor(writer, initializer))
  }
  for (const value of graph.inputs) {
    writer.message(graphField.input, () => writeValueInfo(writer, value, place))
  }
  for (const value of graph.outputs) {
    writer.message(graphField.output, () => writeValueInfo(writer, value, place))
  }
  for (const value of computedReshapes(graph)) {
    writer.message(graphField.valueInfo, () => writeValueInfo(writer, value, 'outer'))
  }
}

/**
 * Results of reshapes whose target is computed in the graph: ONNX Runtime then knows no size of them, though we do, and its
 * inference for Attention takes an unknown width for none (a quantised product behind it is refused).
 */
function computedReshapes(graph: Graph): readonly Value[] {
  const computed = new Set(graph.nodes.flatMap(({ outputs }) => outputs.map(({ name }) => name)))
  return graph.nodes.flatMap(({ op, inputs, outputs }) => {
    const target = inputs[1] ?? null
    return op === 'Reshape' && target !== null && computed.has(target.name) ? [outputs[0]] : []
  })
}

function writeNode(writer: WireWriter, node: Node): void {
  const lastGiven = node.inputs.findLastIndex((value) => value !== null)
  for (const value of node.inputs.slice(0, lastGiven + 1)) {
    writer.text(nodeField.input, value?.name ?? '')
  }
  for (const value of node.outputs) writer.text(nodeField.output, value.name)
  writer.text(nodeField.name, node.name)
  writer.text(nodeField.opType, node.op)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(nodeField.attribute, () => writeAttribute(writer, name, attribute))
  }
  writer.text(nodeField.domain, node.domain)
}

function writeAttribute(writer: WireWriter, name: string, attribute: Attribute): void {
  writer.text(attributeField.name, name)
  switch (attribute.kind) {
    case 'int':
      writer.varint(attributeField.i, attribute.value)
      break
    case 'float':
      writer.float(attributeField.f, attribute.value)
      break
    case 'string':
      writer.text(attributeField.s, attribute.value)
      break
    case 'ints':
      writer.packedVarints(attributeField.ints, attribute.value)
      break
    case 'floats':
      writer.packedFloats(attributeField.floats, attribute.value)
      break
    case 'graph':
      writer.message(attributeField.g, () => writeGraph(writer, attribute.value, 'subgraph'))
      break
  }
  writer.varint(attributeField.type, attributeType[attribute.kind])
}

function writeTensor(writer: WireWriter, initializer: Initializer): void {
  const { value } = initializer
  writer.packedVarints(tensorField.dims, numericShape(value))
  writer.varint(tensorField.dataType, onnxType(value.dtype))
  writer.text(tensorField.name, value.name)
  switch (initializer.kind) {
    case 'inline':
      writer.bytes(tensorField.rawData, bytesOf(initializer.data))
      break
    case 'external':
      writeLocation(writer, initializer)
      break
    case 'generated':
      throw new ActbenchError({
        code: 'internal',
        message: `Initializer ${value.name}: expected a place for generated data, found none.`,
      })
  }
}

function writeLocation(
  writer: WireWriter,
  initializer: { file: string; offset: number; byteLength: number },
): void {
  const entries: readonly (readonly [string, string])[] = [
    ['location', initializer.file.replace(/^\/+/, '')],
    ['offset', String(initializer.offset)],
    ['length', String(initializer.byteLength)],
  ]
  for (const [key, text] of entries) {
    writer.message(tensorField.externalData, () => {
      writer.text(entryField.key, key)
      writer.text(entryField.value, text)
    })
  }
  writer.varint(tensorField.dataLocation, externalLocation)
}

/** Raw data of an inline tensor: little-endian, as every platform we run on stores it. */
export function bytesOf(data: InlineData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function numericShape(value: Value): readonly number[] {
  return value.shape.map((dim) => {
    if (typeof dim === 'number') return dim
    throw new ActbenchError({
      code: 'internal',
      message: `Initializer ${value.name}: expected fixed sizes, found ${dim}.`,
    })
  })
}

/**
 * Symbolic sizes are written without a name, since ONNX Runtime would insist that equal names mean equal sizes, which
 * a Loop's growing state breaks. Values of subgraphs carry their rank only.
 */
function writeValueInfo(writer: WireWriter, value: Value, place: 'outer' | 'subgraph'): void {
  writer.text(valueInfoField.name, value.name)
  writer.message(valueInfoField.type, () => {
    writer.message(typeField.tensor, () => {
      writer.varint(tensorTypeField.elementType, onnxType(value.dtype))
      writer.message(tensorTypeField.shape, () => {
        for (const dim of value.shape) {
          writer.message(shapeField.dim, () => {
            if (typeof dim === 'number' && place === 'outer') writer.varint(dimField.value, dim)
          })
        }
      })
    })
  })
}
