/** A judge that knows nothing: what it does not judge is counted as such, never as a pass or a failure. */
import { z } from 'zod'
import { comparisonSchema } from '#contract/comparisons'
import { runDetailSchema } from '#contract/jobs'
import type { PlanInput } from '#contract/plans'
import { judged, type Check } from '../check.ts'
import { actbench, jsonOf } from '../command-line.ts'
import { broken } from './figures.ts'
import { planProblems, runPlan, runText } from './run-plan.ts'

const answers = 12
const outputSchema = z.object({
  jobs: z.array(z.string()).min(1),
  comparison: comparisonSchema,
  agreements: z.array(z.unknown()),
})
const rubrics = ['harmbench', 'refusal']

export const judging: Check = {
  title: 'embedded model as judge: jobs end, what it cannot judge is counted apart',
  async run(context) {
    const outcome = await runPlan(context, plan)
    const { id } = outcome.run
    const figures = [runText(outcome)]
    const problems = planProblems(outcome)
    for (const rubric of rubrics) {
      const judge = ['judge', id, '--rubric', rubric, '--model', 'actbench-tiny', '--json']
      const { comparison, jobs } = outputSchema.parse(jsonOf(await actbench(context, judge)))
      const cells = comparison.rows
        .filter(({ metric }) => metric.name === 'attack_success')
        .flatMap(({ cells: row }) => row)
      const estimates = cells.flatMap((cell) => (cell === null ? [] : [cell.estimate]))
      const sum = (of: 'n' | 'unscored') =>
        estimates.reduce((total, estimate) => total + estimate[of], 0)
      figures.push(
        `${rubric}: ${jobs.length} jobs, ${sum('n')} answers judged, ${sum('unscored')} not judged`,
      )
      const wrong = broken([
        [estimates.length === 2, `expected 2 figures, found ${estimates.length}`],
        [
          estimates.every(({ n, unscored }) => n + unscored === answers),
          `not every one of ${answers} answers is counted`,
        ],
        [sum('unscored') > 0, 'a model that cannot judge has judged everything'],
      ])
      problems.push(...wrong.map((text) => `${rubric}: ${text}`))
    }
    const shown = await actbench(context, ['runs', 'show', id, '--json'])
    const { jobs } = runDetailSchema.parse(jsonOf(shown))
    const ended = jobs.filter(({ kind, status }) => kind === 'judging' && status === 'done').length
    const expected = 2 * rubrics.length
    if (ended !== expected)
      problems.push(`expected ${expected} jobs of judging done, found ${ended}`)
    return judged(figures, problems)
  },
}

const shared = {
  modelId: 'actbench-tiny',
  provider: 'cpu' as const,
  decoding: { maxNewTokens: 16 },
}

const plan: PlanInput = {
  name: 'Judging',
  configurations: [
    { name: 'baseline', ...shared },
    {
      name: 'TEAL',
      ...shared,
      interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.7 } }],
    },
  ],
  suites: [{ id: 'starter-harmful', limit: answers }],
}
