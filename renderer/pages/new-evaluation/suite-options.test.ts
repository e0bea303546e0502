import { describe, expect, it } from 'vitest'
import { planSchema } from '#contract/plans'
import { newSuite, setBeams, setExamples, setLocales, setPartition } from './plan-draft.ts'

const plan = planSchema.parse({
  configurations: [{ name: 'a', modelId: 'tiny' }],
  suites: [{ id: 'multijail' }, { id: 'advbench' }],
})

describe('languages of a suite', () => {
  it('are those that were chosen, and absent without any', () => {
    const chosen = setLocales(plan, 'multijail', ['en', 'sw'])
    expect(chosen.suites.map(({ locales }) => locales)).toEqual([['en', 'sw'], undefined])
    expect(setLocales(chosen, 'multijail', [])).toEqual(plan)
    expect(planSchema.parse(chosen)).toEqual(chosen)
  })
})

describe('what only some suites and models know', () => {
  it('is absent where the usual is chosen, so that the same plan is the same', () => {
    const chosen = setExamples(setPartition(plan, 'multijail', 'train'), 'multijail', 0)
    expect(chosen.suites[0]).toMatchObject({ partition: 'train', examples: 0 })
    expect(planSchema.parse(chosen)).toEqual(chosen)
    const back = setExamples(setPartition(chosen, 'multijail', 'test'), 'multijail', null)
    expect(back).toEqual(plan)
  })

  it('are beams of a configuration, by its name', () => {
    const chosen = setBeams(plan, 'a', 1)
    expect(chosen.configurations[0]?.decoding.beams).toBe(1)
    expect(planSchema.parse(chosen)).toEqual(chosen)
    expect(setBeams(chosen, 'a', null)).toEqual(plan)
    expect(setBeams(plan, 'b', 1)).toEqual(plan)
  })
})

describe('a suite that is added', () => {
  it('has the limit that its record proposes, or none', () => {
    expect(newSuite({ id: 'massive', usualLimit: 300 }).limit).toBe(300)
    expect(newSuite({ id: 'advbench' }).limit).toBeNull()
    const suites = [newSuite({ id: 'massive', usualLimit: 300 })]
    expect(planSchema.parse({ ...plan, suites }).suites).toEqual(suites)
  })
})
