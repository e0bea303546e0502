/** Whether models can take the suites that a plan puts them to. */
import type { Model, ModelTask } from '#contract/models'
import type { SuiteRecord } from '#contract/suites'
import type { PlanCell, PlanStudy } from './plan-check.ts'

const causal: ModelTask = 'language-model'

/** As in 'needs ...' and 'is ...'. */
const inWords: Readonly<Record<ModelTask, string>> = {
  'language-model': 'a causal language model',
  nlu: 'a model with heads for intent and slots',
  encoder: 'an encoder without heads',
  'text-to-text': 'a text-to-text model',
}

/** One sentence for each pair of a model and a suite that do not fit, however many configurations have the model. */
export function taskProblems(
  cells: readonly Pick<PlanCell, 'model' | 'suite'>[],
  studies: readonly Pick<PlanStudy, 'model'>[],
): string[] {
  const ofCells = cells.flatMap(({ model, suite }) => unfit(model, suite.record))
  const ofStudies = studies.flatMap(({ model }) => {
    const found = taskOf(model)
    if (found === causal) return []
    return [
      `analyses: activation space needs ${inWords[causal]}; ${model.name} is ${inWords[found]}`,
    ]
  })
  return [...new Set([...ofCells, ...ofStudies])]
}

function unfit(model: Model, { id, title, needs = [causal] }: SuiteRecord): string[] {
  const found = taskOf(model)
  if (needs.includes(found)) return []
  const wanted = needs.map((task) => inWords[task]).join(' or ')
  return [
    `suites: ${id} (${title}) needs ${wanted}; ${model.name} is ${inWords[found]}. Choose another model, or skip this pair`,
  ]
}

function taskOf({ task = causal }: Model): ModelTask {
  return task
}
