import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlanInput } from '#contract/plans'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { parsePlan } from './plan-text.ts'

const baseline = { name: 'baseline', modelId: 'tiny' }
const swept = {
  name: 'TEAL',
  modelId: 'tiny',
  interventions: [{ id: 'activation-sparsity', params: { sparsity: [0.3, 0.7] } }],
}

let scratch: Scratch
beforeEach(async () => {
  scratch = openScratch()
  await prepare(scratch)
})
afterEach(() => scratch.close())

function start(changes: Partial<PlanInput>) {
  return scratch.actions['plans.start']({ plan: planWith(changes) })
}

describe('plans.start with sweeps and maps', () => {
  it('queues a job for each value and keeps the plan as the person wrote it', async () => {
    const run = await start({ configurations: [baseline, swept] })
    expect(run.jobs.map(({ configurationName }) => configurationName)).toEqual([
      'baseline',
      'TEAL sparsity=0.3',
      'TEAL sparsity=0.7',
    ])
    const [, written] = run.plan.configurations
    expect(written?.name).toBe('TEAL')
    expect(written?.modelId).toMatch(/^tiny@/)
    expect(written?.interventions[0]?.params).toMatchObject({
      sparsity: [0.3, 0.7],
      thresholdRule: 'absolute',
    })
    const { yaml } = await scratch.actions['plans.print']({ plan: run.plan })
    expect(parsePlan(yaml)).toEqual(run.plan)
    const again = await scratch.actions['plans.start']({ plan: parsePlan(yaml) })
    expect(again.jobs.map(({ configurationHash }) => configurationHash)).toEqual(
      run.jobs.map(({ configurationHash }) => configurationHash),
    )
  })

  it('expands and estimates what it would start', async () => {
    const plan = planWith({ configurations: [baseline, { ...swept, map: 'layer' }] })
    const expanded = await scratch.actions['plans.expand']({ plan })
    // The scratch model has two layers.
    expect(expanded.configurations.map(({ name }) => name)).toEqual([
      'baseline',
      'TEAL sparsity=0.3 @0',
      'TEAL sparsity=0.3 @1',
      'TEAL sparsity=0.7 @0',
      'TEAL sparsity=0.7 @1',
    ])
    expect(await scratch.actions['plans.estimate']({ plan })).toMatchObject({
      jobs: 5,
      samples: 20,
      problems: [],
    })
  })

  it('skips a swept configuration as a whole and one of its points', async () => {
    const whole = await start({
      configurations: [baseline, swept],
      skip: [['TEAL', 'starter-harmful']],
    })
    expect(whole.jobs).toHaveLength(1)
    const one = await start({
      configurations: [baseline, swept],
      skip: [['TEAL sparsity=0.7', 'starter-harmful']],
    })
    expect(one.jobs).toHaveLength(2)
  })

  it.each<[string, Partial<PlanInput>, string]>([
    [
      'a list that holds what the parameter cannot be',
      {
        configurations: [
          baseline,
          {
            ...swept,
            interventions: [{ id: 'activation-sparsity', params: { sparsity: [0.3, 7] } }],
          },
        ],
      },
      'configurations[1] "TEAL sparsity=7": interventions[0] activation-sparsity.sparsity',
    ],
    [
      'an empty list',
      {
        configurations: [
          baseline,
          { ...swept, interventions: [{ id: 'activation-sparsity', params: { sparsity: [] } }] },
        ],
      },
      'found an empty list',
    ],
    [
      'a name that a sweep makes too',
      {
        configurations: [
          baseline,
          swept,
          { ...swept, name: 'TEAL sparsity=0.3', interventions: [] },
        ],
      },
      '"TEAL sparsity=0.3" is listed more than once',
    ],
  ])('refuses %s', async (_case, changes, message) => {
    await expect(start(changes)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('what is wrong with many configurations', () => {
  const unknown = { ...swept, modelId: 'nobody' }
  const problemsOf = async (configurations: PlanInput['configurations']) =>
    (await scratch.actions['plans.estimate']({ plan: planWith({ configurations }) })).problems

  it('is said once, with the written configurations', async () => {
    const problems = await problemsOf([baseline, unknown, { ...unknown, name: 'CATS' }])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(
      /^configurations\[1\] "TEAL", configurations\[2\] "CATS": Model "nobody" is not registered/,
    )
  })

  it('names the point where only one is wrong, and the map of an unknown model', async () => {
    const params = { sparsity: [0.3, 7, 8, 0.5] }
    const interventions = [{ id: 'activation-sparsity', params }]
    expect(await problemsOf([baseline, { ...swept, interventions }])).toEqual([
      expect.stringContaining(
        'configurations[1] "TEAL sparsity=7", configurations[1] "TEAL sparsity=8": ',
      ),
    ])
    expect(await problemsOf([baseline, { ...unknown, map: 'layer' }])).toEqual([
      expect.stringContaining('configurations[1] "TEAL": Model "nobody" is not registered'),
    ])
  })
})

describe('a search of another model than the baseline’s', () => {
  it('needs that model without interventions, as the measure of the budget', async () => {
    await scratch.addModel('other')
    const search = {
      configuration: 'TEAL',
      suite: 'starter-harmful',
      utilitySuite: 'perplexity-text',
    }
    const other = { ...swept, modelId: 'other' }
    const asked = async (configurations: PlanInput['configurations'], changes = {}) => {
      const plan = planWith({ configurations, search: { ...search, ...changes } })
      const { problems } = await scratch.actions['plans.estimate']({ plan })
      return problems.filter((problem) => problem.includes('measure of the budget'))
    }
    expect(await asked([baseline, other])).toHaveLength(1)
    expect(await asked([baseline, swept])).toEqual([])
    expect(await asked([baseline, other], { maxPerplexityRatio: null })).toEqual([])
    expect(await asked([baseline, { name: 'plain', modelId: 'other' }, other])).toEqual([])
  })
})

describe('plans.start with judges and studies', () => {
  it('queues judging behind all answers, by the judge’s own model', async () => {
    await scratch.addModel('critic')
    const run = await start({
      suites: [
        {
          id: 'starter-harmful',
          judges: [
            { rubric: 'harmbench', by: { kind: 'model', modelId: 'critic' } },
            {
              rubric: 'harmbench',
              by: { kind: 'endpoint', url: 'http://127.0.0.1:1/v1', model: 'm' },
            },
          ],
        },
      ],
    })
    expect(run.jobs.map(({ kind }) => kind)).toEqual([
      'evaluation',
      'evaluation',
      'judging',
      'judging',
      'judging',
      'judging',
    ])
    expect(run.jobs[2]?.task).toMatchObject({
      kind: 'judging',
      sourceJobId: run.jobs[0]?.id,
      use: { by: { modelId: expect.stringMatching(/^critic@/) as string } },
    })
    expect(run.jobs[2]?.modelId).toMatch(/^critic@/)
    expect(run.jobs[3]?.modelId).toBe(run.jobs[0]?.modelId)
    expect(run.jobs[5]?.task).toMatchObject({ sourceJobId: run.jobs[1]?.id })
  })

  it('queues one judging for a judge that is named twice, in whatever spelling', async () => {
    const criticId = await scratch.addModel('critic')
    const by = (modelId: string) => ({ kind: 'model', modelId }) as const
    const server = (url: string) => ({ kind: 'endpoint', url, model: 'm' }) as const
    const judges = [
      by('critic'),
      by(criticId),
      server('http://127.0.0.1:1/v1'),
      server('http://127.0.0.1:1/v1/'),
      server('http://127.0.0.1:2/v1'),
    ].map((judge) => ({ rubric: 'harmbench', by: judge }))
    const run = await start({
      configurations: [baseline],
      suites: [{ id: 'starter-harmful', judges }],
    })
    expect(run.jobs.filter(({ kind }) => kind === 'judging')).toHaveLength(3)
    expect(run.plan.suites[0]?.judges).toHaveLength(3)
  })

  it('studies every configuration that changes anything', async () => {
    await scratch.addSuite('starter-benign', prompts, 'comply')
    const run = await start({
      configurations: [baseline, swept, { ...baseline, name: 'other words', systemPrompt: 'Hi' }],
      analyses: [
        {
          kind: 'activation-space',
          harmful: 'starter-harmful',
          harmless: 'starter-benign',
          limit: 4,
        },
      ],
    })
    const studies = run.jobs.filter(({ kind }) => kind === 'activation-space')
    expect(studies.map(({ configurationName }) => configurationName)).toEqual([
      'TEAL sparsity=0.3',
      'TEAL sparsity=0.7',
    ])
    expect(studies[0]).toMatchObject({
      suiteId: 'starter-harmful',
      suiteOptions: { limit: 4, spread: true },
      task: { harmless: 'starter-benign' },
    })
    const estimate = await scratch.actions['plans.estimate']({ plan: run.plan })
    expect(estimate.jobs).toBe(run.jobs.length)
  })

  it.each<[string, Partial<PlanInput>, string]>([
    [
      'a judge that is not there',
      {
        suites: [
          {
            id: 'starter-harmful',
            judges: [{ rubric: 'harmbench', by: { kind: 'model', modelId: 'nobody' } }],
          },
        ],
      },
      'suites[0].judges[0]: Model "nobody" is not registered',
    ],
    [
      'a study without harmless prompts',
      {
        analyses: [
          { kind: 'activation-space', harmful: 'starter-harmful', harmless: 'xstest', limit: 4 },
        ],
      },
      'analyses[0]: ',
    ],
    [
      'a search of a configuration without a list',
      {
        search: {
          configuration: 'half',
          suite: 'starter-harmful',
          utilitySuite: 'perplexity-text',
        },
      },
      'search.configuration: "half" must be',
    ],
  ])('refuses %s', async (_case, changes, message) => {
    await expect(start(changes)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(message) as string,
    })
    expect(await scratch.actions['runs.list']({})).toEqual([])
  })
})
