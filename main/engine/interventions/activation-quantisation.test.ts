import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  applyUse,
  chainOfSites,
  expectClose,
  mlpPost,
  runRows,
  scratchFolder,
} from './fixtures/one-site.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const rows = [
  [0.1, -0.52, 0.25, 1.27],
  [-3, 0.4, 0.02, 2.5],
]

const use = (params: Record<string, number | string>) => ({
  id: 'activation-quantisation',
  params: { inputs: ['down'], ...params },
})
const quantised = (params: Record<string, number | string>) =>
  applyUse(chainOfSites([mlpPost]), use(params))

const expected = (bits: number) =>
  bits === 8
    ? [10, -52, 25, 127]
        .map((q) => q * 0.01)
        .concat([-127, 17, 1, 106].map((q) => q * 0.0236220472))
    : [1, -3, 1, 7].map((q) => q * 0.1814285714).concat([-7, 1, 0, 6].map((q) => q * 0.4285714286))

describe('activation-quantisation', () => {
  it.each([8, 4])('gives the worked values at %i bits', async (bits) => {
    const { graph, inputs } = quantised({ bits })
    expectClose(await runRows(folder, graph, { rows, inputs }), expected(bits))
  })

  it('rounds halves to even', async () => {
    // Largest magnitude 127 makes the scale exactly 1.
    const { graph, inputs } = quantised({ bits: 8 })
    const row = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 127]
    const found = await runRows(folder, graph, { rows: [row], inputs })
    expectClose(found, [0, 2, 2, 0, -2, -2, 127])
  })

  it('leaves a token of zeros at zero', async () => {
    const { graph, inputs } = quantised({ bits: 4 })
    expectClose(await runRows(folder, graph, { rows: [[0, 0, 0]], inputs }), [0, 0, 0])
  })

  it('changes nothing at strength zero, half of the error at one half', async () => {
    const { graph, inputs, inputsAtZero } = quantised({ bits: 4, strength: 0.5 })
    const atZero = await runRows(folder, graph, { rows, inputs: inputsAtZero ?? new Map() })
    expect(atZero).toEqual([...new Float32Array(rows.flat())])
    const halfway = rows.flat().map((x, i) => (x + expected(4)[i]) / 2)
    expectClose(await runRows(folder, graph, { rows, inputs }), halfway)
  })
})
