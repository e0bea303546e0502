/** Token ids -> rows of the embedding table: exact, or rounded once to float16 in that precision. */
import type { TensorRef } from '../checkpoint/types.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/ir.ts'
import { int, microsoft } from '../graph/operations.ts'
import { packedFormat } from './packing.ts'
import type { Precision } from './weights.ts'
import { computeDtype, floatWeight, packedTable, storedWeight } from './weights.ts'

/**
 * ids int64 [batch, seq], table [vocab, dModel] -> [batch, seq, dModel]. Symmetric quantised tables are read row by row
 * without ever being expanded.
 */
export function embedding(
  builder: GraphBuilder,
  ids: Value,
  options: { readonly table: TensorRef; readonly precision: Precision },
): Value {
  const { table, precision } = options
  const dtype = computeDtype(precision)
  const packed = packedFormat(table.encoding)
  if (packed === null) {
    return builder.cast(builder.gather(storedWeight(builder, table), ids, 0), dtype)
  }
  if (packed.hasOffsets || precision === 'float16') {
    return builder.gather(floatWeight(builder, table, dtype), ids, 0)
  }
  const { quants, scales } = packedTable(builder, table, packed)
  const attributes = {
    bits: int(packed.bits),
    block_size: int(packed.blockSize),
    gather_axis: int(0),
    quantize_axis: int(1),
  }
  const result = [{ dtype: 'float32' as const, shape: [...ids.shape, table.shape[1]] }]
  const [rows] = builder.emit('GatherBlockQuantized', [quants, ids, scales], {
    domain: microsoft,
    attributes,
    result,
  })
  return builder.cast(rows, dtype)
}
