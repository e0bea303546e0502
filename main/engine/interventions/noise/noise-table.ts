/** Noise of scale 1 for every position of one site, as a constant of the graph: [positions, width]. */
import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/ir.ts'
import { fillNoise, keyOf, type NoiseFamily, type NoiseKey } from './keyed-noise.ts'

/** Positions of a table at most: beyond prompt and answer of nearly every sample. */
const mostPositions = 1024
/** Memory and cache file of all tables of one intervention. */
const budgetBytes = 256 * 2 ** 20

/** Positions before the noise repeats, for tables whose widths add up to `totalWidth`; at least 16. */
export function tablePositions(totalWidth: number): number {
  return Math.max(16, Math.min(mostPositions, Math.floor(budgetBytes / (4 * totalWidth))))
}

export interface NoiseTable extends NoiseKey {
  readonly family: NoiseFamily
  readonly positions: number
  readonly width: number
}

/** Declares the table; its numbers are drawn when the graph is written, unless the cache folder holds them already. */
export function noiseTable(builder: GraphBuilder, table: NoiseTable): Value {
  const { family, seed, layer, code, positions, width } = table
  const name = `noise/${family}/${seed}/${layer}/${code}/${positions}x${width}`
  return builder.initializer({
    kind: 'generated',
    value: { name, dtype: 'float32', shape: [positions, width] },
    byteLength: 4 * positions * width,
    key: `keyed-noise/1 ${name}`,
    produce: () => drawTable(table),
  })
}

/** Little-endian float32, row by position. */
export function drawTable(table: NoiseTable): Uint8Array {
  const { family, positions, width } = table
  const values = new Float32Array(positions * width)
  for (let position = 0; position < positions; position++) {
    const row = values.subarray(position * width, (position + 1) * width)
    fillNoise(family, keyOf(table, position), row)
  }
  return new Uint8Array(values.buffer)
}
