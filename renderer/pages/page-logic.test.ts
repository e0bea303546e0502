import { describe, expect, it } from 'vitest'
import type { Configuration, InterventionRecord } from '#contract/configurations'
import type { Run } from '#contract/jobs'
import { planSearchSchema } from '#contract/plans'
import { differenceTone, sharedDomain } from '../components/estimate.tsx'
import {
  readSampleRows,
  readSpec,
  writeSampleRows,
  newestComparable,
} from './compare/compare-address.ts'
import { findDivergence } from './compare/divergence.tsx'
import {
  differingFacts,
  factsOfConfiguration,
  proposedName,
} from './configurations/configuration-facts.ts'
import { moved } from './configurations/moved.ts'
import { rangesText } from './models/adapter-facts.tsx'
import { readRepo } from './models/from-hub.tsx'
import { readDraft, withNamed } from './new-evaluation/kept-draft.ts'
import {
  addConfiguration,
  draftProblem,
  emptyPlan,
  axisFields,
  makeBaseline,
  newSuite,
  removeRow,
  removeSuite,
  renameRow,
  problemText,
  searchableRows,
  setAxis,
  setMap,
  toggleCell,
} from './new-evaluation/plan-draft.ts'
import { moveTarget } from './runs/queue-order.ts'

const configuration: Configuration = {
  modelId: 'tiny@0123456789ab',
  interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.5 } }],
  precision: 'exact',
  provider: 'auto',
  kv: { id: 'full' },
  decoding: { maxNewTokens: 64, temperature: 0, topK: 0, topP: 1, seed: 0 },
  systemPrompt: null,
}
const stored = (name: string, interventions = configuration.interventions) => ({
  hash: name,
  name,
  configuration: { ...configuration, interventions },
  createdAt: 0,
  isSaved: true,
})
const catalogue = [
  {
    id: 'activation-sparsity',
    title: 'Activation sparsity',
    strengthParam: 'sparsity',
    paramsJsonSchema: {
      properties: { sparsity: { type: 'number' }, layers: { type: 'array', items: {} } },
    },
  } as unknown as InterventionRecord,
]
const plan = {
  ...[stored('Baseline', []), stored('TEAL 50%')].reduce(addConfiguration, emptyPlan),
  suites: [newSuite({ id: 'advbench' }), newSuite({ id: 'xstest' })],
}

describe('plan draft', () => {
  it('keeps names apart when a configuration is added twice', () => {
    const twice = addConfiguration(plan, stored('TEAL 50%'))
    expect(twice.configurations.map(({ name }) => name)).toEqual([
      'Baseline',
      'TEAL 50%',
      'TEAL 50% 2',
    ])
  })

  it('takes several strengths of a row as a list, and one as itself', () => {
    const swept = setAxis(plan, 'TEAL 50%', { use: 0, param: 'sparsity', values: [0.3, 0.7, 0.3] })
    expect(swept.configurations[1]?.interventions).toEqual([
      { id: 'activation-sparsity', params: { sparsity: [0.3, 0.7] } },
    ])
    expect(axisFields(swept.configurations[1]!, catalogue)).toMatchObject([
      { use: 0, isStrength: true, values: [0.3, 0.7] },
    ])
    const single = setAxis(swept, 'TEAL 50%', { use: 0, param: 'sparsity', values: [0.3] })
    expect(single.configurations[1]?.interventions[0]?.params).toEqual({ sparsity: 0.3 })
    expect(setAxis(plan, 'TEAL 50%', { use: 0, param: 'sparsity', values: [] })).toBe(plan)
  })

  it('maps a row and takes the map back without a trace', () => {
    const mapped = setMap(plan, 'TEAL 50%', 'layer')
    expect(mapped.configurations[1]?.map).toBe('layer')
    expect(setMap(mapped, 'TEAL 50%', null)).toEqual(plan)
  })

  it('searches only what has one list of numbers and no map', () => {
    const swept = setAxis(plan, 'TEAL 50%', { use: 0, param: 'sparsity', values: [0.3, 0.7] })
    const names = (of: typeof plan) => searchableRows(of, catalogue).map(({ name }) => name)
    expect([names(plan), names(swept), names(setMap(swept, 'TEAL 50%', 'layer'))]).toEqual([
      [],
      ['TEAL 50%'],
      [],
    ])
  })

  it('keeps a search with its row and drops it with row or suite', () => {
    const searched = {
      ...plan,
      search: planSearchSchema.parse({
        configuration: 'TEAL 50%',
        suite: 'advbench',
        utilitySuite: 'xstest',
      }),
    }
    expect(renameRow(searched, 'TEAL 50%', 'B').search?.configuration).toBe('B')
    expect(removeRow(searched, 'Baseline').search).toBeDefined()
    expect(removeRow(searched, 'TEAL 50%').search).toBeUndefined()
    expect(removeSuite(searched, 'xstest').search).toBeUndefined()
  })

  it('renames a row together with its unticked cells', () => {
    const renamed = renameRow(toggleCell(plan, 'TEAL 50%', 'xstest'), 'TEAL 50%', 'B')
    expect(renamed.skip).toEqual([['B', 'xstest']])
  })

  it('puts the baseline first', () => {
    expect(makeBaseline(plan, 'TEAL 50%').configurations[0]?.name).toBe('TEAL 50%')
  })

  it('says what keeps it from starting', () => {
    expect(draftProblem(emptyPlan)).toBe('Add a configuration.')
    expect(draftProblem({ ...plan, suites: [] })).toBe('Add a suite.')
    expect(problemText('suites[1]: Suite x has no data yet. Obtain it: y')).toBe(
      'Suite x has no data yet. Obtain it: y.',
    )
    expect(problemText('configurations[0] "A": too long')).toBe('"A": too long.')
    expect(problemText('suites: x needs a head. Skip it')).toBe('x needs a head. Skip it.')
    expect(problemText('The plan is empty.')).toBe('The plan is empty.')
    expect(draftProblem(renameRow(plan, 'TEAL 50%', 'Baseline'))).toBe(
      'Two configurations have the same name.',
    )
    const none = plan.configurations.reduce(
      (left, { name }) => toggleCell(toggleCell(left, name, 'advbench'), name, 'xstest'),
      plan,
    )
    expect(draftProblem(none)).toBe('Tick at least one cell.')
    expect(draftProblem(plan)).toBeNull()
  })
})

describe('layers of an adapter', () => {
  it('are written as ranges', () => {
    expect([rangesText([0, 1, 2, 5, 7, 8]), rangesText([])]).toEqual(['0-2, 5, 7-8', ''])
  })
})

describe('kept draft', () => {
  it('is found again as it was left, empty or not', () => {
    expect(readDraft(JSON.stringify(plan))).toEqual(plan)
    expect(readDraft(JSON.stringify(emptyPlan))).toEqual(emptyPlan)
  })

  it('is empty where there is none and where it cannot be read', () => {
    expect([readDraft(null), readDraft('{'), readDraft('{"version":9}')]).toEqual([
      emptyPlan,
      emptyPlan,
      emptyPlan,
    ])
  })

  it('takes what an address names once', () => {
    const named = [stored('TEAL 50%')]
    const once = withNamed(emptyPlan, named, [{ id: 'advbench' }])
    expect(once.configurations).toHaveLength(1)
    expect(withNamed(once, named, [{ id: 'advbench' }, { id: 'xstest' }])).toEqual({
      ...once,
      suites: [newSuite({ id: 'advbench' }), newSuite({ id: 'xstest' })],
    })
  })
})

describe('queue order', () => {
  it('names the job before which the moved one goes', () => {
    const waiting = ['a', 'b', 'c']
    expect(moveTarget(waiting, 'b', -1)).toBe('a')
    expect(moveTarget(waiting, 'a', 1)).toBe('c')
    expect(moveTarget(waiting, 'b', 1)).toBeNull()
    expect(moveTarget(waiting, 'a', -1)).toBeUndefined()
    expect(moveTarget(waiting, 'x', 1)).toBeUndefined()
  })
})

describe('intervention order', () => {
  it('moves one item and keeps the others in order', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
    expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b'])
  })
})

describe('configuration facts', () => {
  it('shows only what differs, with absent lines named', () => {
    const a = [
      { label: 'Model', value: 'x' },
      { label: 'Precision', value: 'Exact' },
    ]
    const b = [
      { label: 'Model', value: 'x' },
      { label: 'Intervention 1', value: 'teal' },
      { label: 'Precision', value: 'Fast' },
    ]
    expect(differingFacts(a, b)).toEqual([
      { label: 'Precision', a: 'Exact', b: 'Fast' },
      { label: 'Intervention 1', a: null, b: 'teal' },
    ])
  })

  it('proposes a name from what is in it', () => {
    const recordOf = (id: string) =>
      id === 'activation-sparsity'
        ? {
            title: 'TEAL',
            strengthParam: 'sparsity',
            defaults: { sparsity: 0.5, rule: 'absolute' },
          }
        : { title: 'INT', strengthParam: 'strength', defaults: { strength: 1, bits: 8 } }
    const quantised = (params: Record<string, number | number[]>) => [
      ...configuration.interventions,
      { id: 'quantised', params },
    ]
    expect(proposedName([], recordOf)).toBe('Baseline')
    expect(proposedName([], recordOf, 'refusal')).toBe('refusal')
    expect(proposedName(configuration.interventions, recordOf)).toBe('TEAL 0.5')
    // A strength of 1 is the published form, and what is set by default tells nothing apart.
    expect(proposedName(quantised({ strength: 1, bits: 8 }), recordOf)).toBe('TEAL 0.5 + INT')
    expect(proposedName(quantised({ strength: 0.5, bits: 4, exceptLayers: [1] }), recordOf)).toBe(
      'TEAL 0.5 + INT 0.5 bits 4',
    )
  })

  it('lists what is in it by name, and its layers as one line', () => {
    const facts = factsOfConfiguration(
      {
        ...configuration,
        interventions: [
          { id: 'activation-sparsity', params: { sparsity: 0.5, fromLayer: 2, toLayer: null } },
        ],
      },
      { model: 'Tiny', interventionOf: () => 'TEAL' },
    )
    expect(facts.slice(0, 5).map(({ label, value }) => `${label} = ${value}`)).toEqual([
      'Model = Tiny (tiny@0123456789ab)',
      'Adapter = none',
      'Intervention 1 = TEAL',
      '1: sparsity = 0.5',
      '1: layers = from 2',
    ])
  })
})

describe('compare address', () => {
  it('names one sample in all columns, also where one has none', () => {
    expect(writeSampleRows([12, null, 45])).toBe('12.0.45')
    expect(readSampleRows('12.0.45')).toEqual([12, 0, 45])
    expect(readSampleRows('12.x')).toBeNull()
    expect(readSampleRows(null)).toBeNull()
  })

  it('reads a comparison only where runs are named', () => {
    expect(readSpec(new URLSearchParams(''))).toBeNull()
    expect(readSpec(new URLSearchParams('runs=a,b&baseline=h'))).toEqual({
      runIds: ['a', 'b'],
      configurations: null,
      baseline: 'h',
      suites: null,
    })
  })

  it('takes the newest run that has something to compare', () => {
    const run = (id: string, createdAt: number, hashes: string[], done: number) =>
      ({
        id,
        createdAt,
        jobs: hashes.map((configurationHash) => ({ configurationHash, done })),
      }) as unknown as Run
    const runs = [
      run('old', 1, ['x', 'y'], 5),
      run('single', 3, ['x'], 5),
      run('empty', 4, ['x', 'y'], 0),
    ]
    expect(newestComparable(runs)?.id).toBe('old')
    expect(newestComparable([])).toBeNull()
  })
})

describe('comparison figures', () => {
  it('calls a difference worse or better only when it was detected', () => {
    expect(differenceTone({ isDetected: true, value: 0.04 }, 'lower')).toBe('worse')
    expect(differenceTone({ isDetected: true, value: -0.04 }, 'lower')).toBe('better')
    expect(differenceTone({ isDetected: false, value: 0.4 }, 'lower')).toBe('same')
    expect(differenceTone({ isDetected: true, value: 0.4 }, 'neither')).toBe('changed')
  })

  it('gives all bars of a row the same ends', () => {
    const estimate = { value: 5, low: 4, high: 6, n: 9, unscored: 0, errored: 0, method: 't' }
    const [low, high] = sharedDomain([estimate, null], 'nats') ?? [0, 0]
    expect(low).toBeLessThan(4)
    expect(high).toBeGreaterThan(6)
    expect(sharedDomain([null], 'nats')).toBeNull()
    expect(sharedDomain([estimate], 'rate')).toEqual([0, 1])
  })

  it('finds the token at which two answers part, also when one only stops earlier', () => {
    expect(findDivergence([1, 2, 3], [1, 9, 3])).toBe(1)
    expect(findDivergence([1, 2], [1, 2, 3])).toBe(2)
    expect(findDivergence([1, 2], [1, 2])).toBeNull()
  })
})

describe('readRepo', () => {
  it('takes an id with or without the address of the hub', () => {
    expect(
      [
        'owner/name',
        ' https://huggingface.co/owner/name/tree/main ',
        'https://hf.co/owner/name/',
      ].map(readRepo),
    ).toEqual(['owner/name', 'owner/name', 'owner/name'])
  })
})
