import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readTensorBytes, readTensorF32 } from '../checkpoint/read.ts'
import { quantizedEncodings, randomTensor, relativeError } from './fixtures/random-tensor.ts'
import { packedFormat, packOffsets, packQuants, packScales } from './packing.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-packing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = 48
const columns = 512

describe('packing', () => {
  it.each(quantizedEncodings)('%s unpacks to what the checkpoint says', (encoding) => {
    const tensor = randomTensor(folder, encoding, [rows, columns])
    const format = packedFormat(encoding)!
    const bytes = readTensorBytes(tensor)
    const quants = packQuants(format, bytes)
    const scales = packScales(format, bytes)
    const offsets = format.hasOffsets ? packOffsets(format, bytes, rows) : null
    const expected = readTensorF32(tensor)
    const perRow = columns / format.blockSize
    const found = expected.map((_, i) => {
      const block = Math.floor(i / format.blockSize)
      const q = format.bits === 8 ? quants[i] - 128 : ((quants[i >> 1] >> (4 * (i & 1))) & 15) - 8
      const offset = offsets?.[(block % perRow) * rows + Math.floor(block / perRow)] ?? 0
      return q * scales[block] + offset
    })
    expect(relativeError(found, expected)).toBeLessThan(1e-7)
  })
})
