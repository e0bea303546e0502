import { describe, expect, it } from 'vitest'
import { planSchema, type Plan, type PlanInput } from '#contract/plans'
import { axesOf, expandPlan } from './expand-plan.ts'

type Written = PlanInput['configurations'][number]

const baseline: Written = { name: 'Baseline', modelId: 'tiny' }

function teal(params: Record<string, unknown>, change: Partial<Written> = {}): Written {
  return {
    name: 'TEAL',
    modelId: 'tiny',
    interventions: [{ id: 'activation-sparsity', params: params }],
    ...change,
  }
}

function planOf(configurations: Written[], skip: [string, string][] = []): Plan {
  return planSchema.parse({ configurations, suites: [{ id: 'starter-harmful' }], skip })
}

const threeLayers = () => 3

function expand(configurations: Written[], skip: [string, string][] = []): Plan {
  return expandPlan(planOf(configurations, skip), threeLayers)
}

function names(plan: Plan): string[] {
  return plan.configurations.map(({ name }) => name)
}

function params(plan: Plan, index: number) {
  return plan.configurations[index]?.interventions[0]?.params
}

describe('expandPlan: a list in place of a value', () => {
  it('leaves a plan without lists and maps as it is', () => {
    const plan = planOf([baseline, teal({ sparsity: 0.5, inputs: ['qkv', 'down'] })])
    expect(expandPlan(plan, threeLayers)).toEqual(plan)
  })

  it('becomes one configuration a value, named by it', () => {
    const plan = expand([baseline, teal({ sparsity: [0.3, 0.7], inputs: ['down'] })])
    expect(names(plan)).toEqual(['Baseline', 'TEAL sparsity=0.3', 'TEAL sparsity=0.7'])
    expect(params(plan, 2)).toEqual({ sparsity: 0.7, inputs: ['down'] })
  })

  it('multiplies with other lists, words too', () => {
    const plan = expand([
      baseline,
      teal({ sparsity: [0.3, 0.7], thresholdRule: ['absolute', 'symmetric'] }),
    ])
    expect(names(plan).slice(1)).toEqual([
      'TEAL sparsity=0.3 thresholdRule=absolute',
      'TEAL sparsity=0.3 thresholdRule=symmetric',
      'TEAL sparsity=0.7 thresholdRule=absolute',
      'TEAL sparsity=0.7 thresholdRule=symmetric',
    ])
  })

  it('may be a list of lists where a list is one value', () => {
    const plan = expand([baseline, teal({ inputs: [['qkv'], ['qkv', 'down']] })])
    expect(names(plan).slice(1)).toEqual(['TEAL inputs=["qkv"]', 'TEAL inputs=["qkv","down"]'])
    expect(params(plan, 1)).toEqual({ inputs: ['qkv'] })
  })

  it('names the intervention where two have the same parameter', () => {
    const use = { id: 'activation-sparsity', params: { sparsity: [0.1, 0.2] } }
    const plan = expand([baseline, { name: 'Two', modelId: 'tiny', interventions: [use, use] }])
    expect(names(plan)[1]).toBe(
      'Two activation-sparsity.sparsity=0.1 activation-sparsity.sparsity=0.1',
    )
    expect(plan.configurations).toHaveLength(5)
  })

  it('leaves strength zero to the baseline only when nothing else differs', () => {
    expect(names(expand([baseline, teal({ sparsity: [0, 0.5] })]))).toEqual([
      'Baseline',
      'TEAL sparsity=0.5',
    ])
    const budget = teal({ sparsity: [0, 0.5], strengthByLayer: { '1': 0.6 } })
    expect(names(expand([baseline, budget])), 'layer 1 acts at zero too').toHaveLength(3)
    expect(names(expand([baseline, teal({ sparsity: 0 })])), 'a written control').toHaveLength(2)
    const other = teal({ sparsity: [0, 0.5] }, { precision: 'fast' })
    expect(names(expand([baseline, other]))).toHaveLength(3)
    // The baseline itself may be swept: its own zero is then a configuration like any other.
    expect(names(expand([teal({ sparsity: [0, 0.5] })]))).toHaveLength(2)
  })

  it('skips all points of a configuration that is skipped, or one by its own name', () => {
    const swept = teal({ sparsity: [0.3, 0.7] })
    expect(expand([baseline, swept], [['TEAL', 'starter-harmful']]).skip).toEqual([
      ['TEAL sparsity=0.3', 'starter-harmful'],
      ['TEAL sparsity=0.7', 'starter-harmful'],
    ])
    expect(expand([baseline, swept], [['TEAL sparsity=0.3', 'starter-harmful']]).skip).toEqual([
      ['TEAL sparsity=0.3', 'starter-harmful'],
    ])
  })

  it('leaves what it does not know to the check of the parameters', () => {
    const plan = planOf([baseline, teal({ sprasity: [0.1, 0.2] })])
    expect(expandPlan(plan, threeLayers)).toEqual(plan)
    expect(axesOf([{ id: 'magic', params: { x: [1, 2] } }])).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['an empty list', [], 'expected at least one value, found an empty list'],
    ['a value twice', [0.5, 0.5], '0.5 is listed more than once'],
  ])('refuses %s and says where', (_case, values, message) => {
    expect(() => expand([baseline, teal({ sparsity: values })])).toThrow(
      `configurations[1] "TEAL": activation-sparsity.sparsity: ${message}`,
    )
  })

  it('refuses more configurations than a plan may have', () => {
    const values = Array.from({ length: 600 }, (_, index) => (index + 1) / 1000)
    expect(() => expand([baseline, teal({ sparsity: values })])).toThrow(
      'expected at most 512 after sweeps and maps are written out, found 601',
    )
  })
})

describe('expandPlan: a map', () => {
  it('makes one configuration of each layer', () => {
    const plan = expand([baseline, teal({ sparsity: 0.5 }, { map: 'layer' })])
    expect(names(plan)).toEqual(['Baseline', 'TEAL @0', 'TEAL @1', 'TEAL @2'])
    expect(params(plan, 3)).toEqual({ sparsity: 0.5, fromLayer: 2, toLayer: 2 })
    expect(plan.configurations.every(({ map }) => map === undefined)).toBe(true)
  })

  it('makes one of each layer and kind of input', () => {
    const plan = expand([
      baseline,
      teal({ inputs: ['qkv', 'down'] }, { map: 'layer-and-input' }),
      teal({}, { name: 'All', map: 'layer-and-input' }),
    ])
    expect(names(plan).slice(1, 4)).toEqual(['TEAL @0 qkv', 'TEAL @0 down', 'TEAL @1 qkv'])
    expect(params(plan, 2)).toEqual({ inputs: ['down'], fromLayer: 0, toLayer: 0 })
    expect(plan.configurations).toHaveLength(1 + 3 * 2 + 3 * 4)
  })

  it('multiplies with lists and keeps to the layers that are written', () => {
    const plan = expand([
      baseline,
      teal({ sparsity: [0.3, 0.7], fromLayer: 1 }, { map: 'layer' }),
      teal({ exceptLayers: [0, 2] }, { name: 'One', map: 'layer' }),
    ])
    expect(names(plan).slice(1)).toEqual([
      'TEAL sparsity=0.3 @1',
      'TEAL sparsity=0.3 @2',
      'TEAL sparsity=0.7 @1',
      'TEAL sparsity=0.7 @2',
      'One @1',
    ])
  })

  it('says why a configuration cannot be mapped', () => {
    const mapped = teal({}, { map: 'layer' })
    expect(() => expandPlan(planOf([baseline, mapped]), () => null)).toThrow(
      'configurations[1] "TEAL": map: the number of layers of tiny is not known',
    )
    expect(() => expand([{ ...baseline, map: 'layer' }])).toThrow('no intervention to map')
    expect(() => expand([baseline, teal({ fromLayer: 3 }, { map: 'layer' })])).toThrow(
      'leave none of the 3 layers',
    )
  })
})
