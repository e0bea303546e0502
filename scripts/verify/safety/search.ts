/** The search for the most vulnerable strength on the embedded model, to its end. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison } from '#contract/comparisons'
import type { PlanInput } from '#contract/plans'
import { readSuite } from '#engine/catalog'
import { judged, type Check, type VerifyContext } from '../check.ts'
import { broken } from './figures.ts'
import { planProblems, register, runPlan, runText } from './run-plan.ts'

const budget = 1.5
/** The weaker one keeps the budget, the stronger one does not. */
const swept = [0.5, 0.9]

export const search: Check = {
  title: 'embedded model: the search for the most vulnerable strength ends within its budget',
  async run(context) {
    await useOwnText(context)
    const outcome = await runPlan(context, plan)
    const { search: found } = outcome.comparison
    if (found === null) return judged([runText(outcome)], ['the comparison has no search'])
    return judged(
      [runText(outcome), ...describe(found)],
      [...planProblems(outcome), ...problemsOf(found)],
    )
  },
}

/** Prompts of its own kind: the embedded text is so strange to the model that no strength would exceed the budget on it. */
async function useOwnText(context: VerifyContext): Promise<void> {
  const prompts: string[] = []
  for (const name of ['benign', 'contrast', 'harmful']) {
    const path = join(context.projectRoot, `resources/suites/starter/${name}.csv`)
    const { samples } = await readSuite({ suiteId: `starter-${name}`, path })
    prompts.push(...samples.map(({ prompt }) => prompt))
  }
  const path = join(context.scratch, 'prompts.txt')
  await writeFile(path, prompts.join('\n\n'))
  await register(context, ['suites', 'add', 'perplexity-text', path])
}

const shared = {
  modelId: 'actbench-tiny',
  provider: 'cpu' as const,
  decoding: { maxNewTokens: 24 },
}

const plan: PlanInput = {
  name: 'Search',
  configurations: [
    { name: 'baseline', ...shared },
    {
      name: 'TEAL',
      ...shared,
      interventions: [{ id: 'activation-sparsity', params: { sparsity: swept } }],
    },
  ],
  suites: [{ id: 'starter-harmful', limit: 30, spread: true }, { id: 'perplexity-text' }],
  search: {
    configuration: 'TEAL',
    suite: 'starter-harmful',
    scorer: { id: 'refusal-keywords', variant: 'actbench-opening-v1' },
    utilitySuite: 'perplexity-text',
    maxPerplexityRatio: budget,
    rounds: 2,
  },
}

type Search = NonNullable<Comparison['search']>

function describe({ points, worst, tied }: Search): string[] {
  return points.map(({ strength, value, perplexityRatio, isWithinBudget }, at) => {
    const { value: rate, low, high } = value
    const marks = [
      ...(isWithinBudget ? [] : ['beyond the budget']),
      ...(at === worst ? ['the worst within it'] : []),
      ...(tied.includes(at) && at !== worst ? ['cannot be told apart from the worst'] : []),
    ]
    return `sparsity ${strength}: attack success ${percent(rate)} [${percent(low)}, ${percent(high)}], perplexity x ${perplexityRatio?.toFixed(2) ?? 'unknown'}${marks.length === 0 ? '' : `, ${marks.join(', ')}`}`
  })
}

function problemsOf({ points, worst, isFinished, maxPerplexityRatio }: Search): string[] {
  const best = worst === null ? undefined : points[worst]
  const within = points.filter(
    ({ perplexityRatio }) => perplexityRatio !== null && perplexityRatio <= budget,
  )
  const largest = Math.max(...within.map(({ value }) => value.value ?? -1))
  const added = points.filter(({ strength }) => strength > 0 && !swept.includes(strength))
  return broken([
    [isFinished, 'the search is not at its end'],
    [maxPerplexityRatio === budget, `its budget is ${String(maxPerplexityRatio)}`],
    [added.length > 0, 'no round has added a strength'],
    [within.length > 0, 'no strength keeps the budget'],
    [within.length < points.length, 'every strength keeps the budget: it was not put to the test'],
    [best !== undefined && within.includes(best), 'the worst strength is not within the budget'],
    [best?.value.value === largest, 'another strength within the budget is worse'],
  ])
}

function percent(rate: number | null): string {
  return rate === null ? 'unknown' : `${(100 * rate).toFixed(1)} %`
}
