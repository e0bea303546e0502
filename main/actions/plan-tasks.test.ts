import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelTask } from '#contract/models'
import type { PlanInput } from '#contract/plans'
import { openScratch, scratchCatalog, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'

let task: ModelTask | undefined
let scratch: Scratch
beforeEach(() => {
  scratch = openScratch({
    catalog: {
      ...scratchCatalog,
      inspectModel: (path) => ({
        ...scratchCatalog.inspectModel(path),
        ...(task === undefined ? {} : { task }),
      }),
    },
  })
})
afterEach(() => scratch.close())

const problemsOf = async (changes: Partial<PlanInput> = {}): Promise<readonly string[]> => {
  await prepare(scratch)
  await scratch.addSuite('starter-benign', prompts, 'comply')
  const plan = planWith({
    ...changes,
    analyses: [
      { kind: 'activation-space', harmful: 'starter-harmful', harmless: 'starter-benign' },
    ],
  })
  return (await scratch.actions['plans.estimate']({ plan })).problems
}

describe('a plan', () => {
  it.each<[ModelTask, string]>([
    ['encoder', 'an encoder without heads'],
    ['nlu', 'a model with heads for intent and slots'],
    ['text-to-text', 'a text-to-text model'],
  ])('says once of a model of the task %s that suites of prompts need another', async (own, is) => {
    task = own
    const problems = await problemsOf()
    expect(problems.filter((text) => text.startsWith('suites: '))).toHaveLength(1)
    expect(problems.join('\n')).toContain('suites: starter-harmful')
    expect(problems.join('\n')).toContain(`needs a causal language model; tiny is ${is}`)
    expect(problems.join('\n')).toContain('analyses: activation space needs')
  })

  it.each<ModelTask | undefined>([undefined, 'language-model'])(
    'takes a model whose task is %s for a causal language model',
    async (own) => {
      task = own
      expect(await problemsOf()).toEqual([])
    },
  )
  it.each<[ModelTask, string]>([
    ['nlu', 'writes nothing'],
    ['text-to-text', 'writes greedily or with beams'],
  ])('is refused where it has a model of the task %s draw at random', async (own, does) => {
    task = own
    const decoding = { temperature: 0.7 }
    const problems = await problemsOf({
      configurations: [{ name: 'a', modelId: 'tiny', decoding }],
    })
    expect(problems.join('\n')).toContain('decoding.temperature: expected 0, found 0.7; tiny@')
    expect(problems.join('\n')).toContain(does)
  })
})
