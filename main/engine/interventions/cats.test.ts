import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { quantileTable } from '../stats/magnitude-quantiles.ts'
import { applyUse, chainOfSites, expectClose, runRows, scratchFolder } from './fixtures/one-site.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const act = 'blocks.0.mlp.hook_act'
const gate = [-3, -1, -0.2, 0.1, 0.8, 2]
const up = [0.5, -1, 2, 1, -0.5, 1.5]
const silu = gate.map((x) => x / (1 + Math.exp(-x)))
const fitted = new Map([[act, { quantiles: quantileTable(new Float32Array(silu)) }]])

describe('cats', () => {
  it('masks the smaller half of the activation in the worked example', async () => {
    const { graph, inputs } = applyUse(
      chainOfSites([act]),
      { id: 'cats', params: { sparsity: 0.5 } },
      { fitted },
    )
    expect([...inputs.values()][0].data[0]).toBeCloseTo(0.142278, 6)
    const masked = await runRows(folder, graph, { rows: [silu], inputs })
    expectClose(
      masked.map((a, i) => a * up[i]),
      [0, 0.268941, 0, 0, -0.27599, 2.642391],
    )
  })

  it('changes nothing at sparsity zero', async () => {
    const applied = applyUse(chainOfSites([act]), { id: 'cats', params: {} }, { fitted })
    const inputs = applied.inputsAtZero ?? new Map()
    const found = await runRows(folder, applied.graph, { rows: [silu], inputs })
    expect(found).toEqual([...new Float32Array(silu)])
  })
})
