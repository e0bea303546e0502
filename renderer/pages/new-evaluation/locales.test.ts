import { describe, expect, it } from 'vitest'
import { planSchema } from '#contract/plans'
import { setLocales } from './plan-draft.ts'

describe('languages of a suite', () => {
  const plan = planSchema.parse({
    configurations: [{ name: 'a', modelId: 'tiny' }],
    suites: [{ id: 'multijail' }, { id: 'advbench' }],
  })

  it('are those that were chosen, and absent without any', () => {
    const chosen = setLocales(plan, 'multijail', ['en', 'sw'])
    expect(chosen.suites.map(({ locales }) => locales)).toEqual([['en', 'sw'], undefined])
    expect(setLocales(chosen, 'multijail', [])).toEqual(plan)
    expect(planSchema.parse(chosen)).toEqual(chosen)
  })
})
