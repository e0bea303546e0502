import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json } from '#contract/json'
import { planSchema } from '#contract/plans'
import { withFilesBeside } from './files-beside.ts'

const hash = 'a'.repeat(64)
const folder = resolve('/plans')

function besides(scales: Json, calibrationText?: string) {
  const use = { id: 'omniquant', params: { bits: 4, scales } }
  const plan = planSchema.parse({
    name: 'x',
    configurations: [
      {
        name: 'baseline',
        modelId: 'tiny',
        interventions: [use, { id: 'bolt' }],
        ...(calibrationText === undefined ? {} : { calibrationText }),
      },
    ],
    suites: [{ id: 'starter-harmful' }],
  })
  return withFilesBeside(plan, folder).configurations[0]
}

describe('withFilesBeside', () => {
  it('reads files from the folder of the plan, and leaves names and sums as they are', () => {
    const scalesOf = (scales: Json) => besides(scales)?.interventions[0]?.params['scales']
    expect(scalesOf('own.safetensors')).toBe(resolve(folder, 'own.safetensors'))
    expect(scalesOf(['../own.safetensors', 'qwen-a6'])).toEqual([
      resolve('/own.safetensors'),
      'qwen-a6',
    ])
    for (const scales of ['qwen-a6', hash, null]) expect(scalesOf(scales)).toBe(scales)
    expect(besides('qwen-a6')?.interventions[1]?.params).toEqual({})
  })

  it('does the same with calibration texts', () => {
    expect(besides(null, 'own.txt')?.calibrationText).toBe(resolve(folder, 'own.txt'))
    expect(besides(null, hash)?.calibrationText).toBe(hash)
    expect(besides(null)).not.toHaveProperty('calibrationText')
  })
})
