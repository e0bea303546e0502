import { unsupportedFile } from './malformed.ts'
import type { TensorEncoding } from './types.ts'

/** `enum ggml_type` of ggml.h, those that we decode. */
const readable: ReadonlyMap<number, TensorEncoding> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [30, 'BF16'],
])

/** The others, so that a refusal can name them. */
const refused: ReadonlyMap<number, string> = new Map([
  [9, 'Q8_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [20, 'IQ4_NL'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [23, 'IQ4_XS'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [39, 'MXFP4'],
  [40, 'NVFP4'],
  [41, 'Q1_0'],
])

/** Our encoding for a tensor's ggml type number; throws `unsupported`, naming the type, when we have none. */
export function encodingOfGgmlType(
  file: string,
  tensor: { readonly name: string; readonly ggmlType: number },
): TensorEncoding {
  const encoding = readable.get(tensor.ggmlType)
  if (encoding !== undefined) return encoding
  const name = refused.get(tensor.ggmlType) ?? `number ${tensor.ggmlType}`
  throw unsupportedFile(file, {
    message: `tensor ${tensor.name} has ggml type ${name}, which is not supported`,
    remedy: `Use a file of the same model in one of ${[...readable.values()].join(', ')}.`,
  })
}
