import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { completeInterventions, expandPlan, suiteRecords } from '#engine/catalog'
import { parsePlan } from './plan-text.ts'

const folder = join(import.meta.dirname, '../../docs/evidence/plans')
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

/** Layers of the two Qwen checkpoints; the map plans name no other. */
const layersOf = (modelId: string) => (modelId.includes('1.5b') ? 28 : 24)

describe('the plans of the evidence', () => {
  it.each(files)('%s is read, written out and complete', (file) => {
    const plan = parsePlan(readFileSync(join(folder, file), 'utf8'))
    const { configurations } = expandPlan(plan, layersOf)
    const names = configurations.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { interventions } of configurations) {
      expect(() => completeInterventions(interventions)).not.toThrow()
    }
    const suites = suiteRecords().map(({ id }) => id)
    for (const { id } of plan.suites) expect(suites).toContain(id)
  })

  it.each(['0.5b', '1.5b'])(
    'the grid of %s has each of the seven techniques at three strengths',
    (key) => {
      const plan = parsePlan(readFileSync(join(folder, `safety-grid-${key}.yaml`), 'utf8'))
      const { configurations } = expandPlan(plan, layersOf)
      const counts = Map.groupBy(configurations, ({ interventions }) => interventions[0]?.id ?? '')
      for (const id of [
        'iron',
        'bolt',
        'bumblebee',
        'nexus',
        'activation-sparsity',
        'smoothquant',
        'omniquant',
      ]) {
        expect(counts.get(id)?.length ?? 0, id).toBeGreaterThanOrEqual(3)
      }
    },
  )
})
