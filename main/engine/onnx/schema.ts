/** Field numbers and enums of onnx.proto (onnx/onnx.proto, ONNX 1.18, IR version 10), as far as we write and read them. */

export const modelField = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8 } as const
export const opsetField = { domain: 1, version: 2 } as const
export const graphField = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
} as const
export const nodeField = {
  input: 1,
  output: 2,
  name: 3,
  opType: 4,
  attribute: 5,
  domain: 7,
} as const
export const attributeField = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  type: 20,
} as const
/** AttributeProto.AttributeType. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
} as const
export const tensorField = {
  dims: 1,
  dataType: 2,
  name: 8,
  rawData: 9,
  externalData: 13,
  dataLocation: 14,
} as const
/** TensorProto.DataLocation.EXTERNAL. */
export const externalLocation = 1
export const entryField = { key: 1, value: 2 } as const
export const valueInfoField = { name: 1, type: 2 } as const
export const typeField = { tensor: 1 } as const
export const tensorTypeField = { elementType: 1, shape: 2 } as const
export const shapeField = { dim: 1 } as const
export const dimField = { value: 1, param: 2 } as const

export const irVersion = 10
/** Opset 23 brought Attention, RotaryEmbedding and RMSNormalization. */
export const standardOpset = 23
export const microsoftOpset = 1
