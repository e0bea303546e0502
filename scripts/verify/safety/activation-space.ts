/** A study of the embedded model's activations: every layer, before and after. */
import type { ActivationSpaceResult } from '#contract/comparisons'
import type { PlanInput } from '#contract/plans'
import { inspectModel } from '#engine/catalog'
import { judged, type Check } from '../check.ts'
import { broken } from './figures.ts'
import { planProblems, runPlan, runText } from './run-plan.ts'

/** Prompts of each side. */
const limit = 16

export const activationSpace: Check = {
  title: 'embedded model: activation space has every layer before and after',
  async run(context) {
    const outcome = await runPlan(context, plan)
    const layers = inspectModel(context.tinyModel).layers ?? 0
    const [analysis] = outcome.comparison.analyses
    if (analysis === undefined) return judged([runText(outcome)], ['the run has no study'])
    const { result } = analysis
    return judged(
      [
        `${runText(outcome)}; ${result.samples.harmful} harmful and ${result.samples.harmless} harmless prompts at ${result.site}`,
        ...result.layers.map(
          ({ layer, separation, silhouette, cohesion, flipRate }) =>
            `layer ${layer}: separation ${change(separation)}, silhouette ${change(silhouette)}, cohesion ${change(cohesion)}, ${(100 * flipRate).toFixed(0)} % flipped`,
        ),
      ],
      [...planProblems(outcome), ...problemsOf(result, layers)],
    )
  },
}

const shared = { modelId: 'actbench-tiny', provider: 'cpu' as const, decoding: { maxNewTokens: 8 } }

const plan: PlanInput = {
  name: 'Activation space',
  configurations: [
    { name: 'baseline', ...shared },
    {
      name: 'TEAL',
      ...shared,
      interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.7 } }],
    },
  ],
  suites: [{ id: 'starter-harmful', limit: 2 }],
  analyses: [
    { kind: 'activation-space', harmful: 'starter-harmful', harmless: 'starter-benign', limit },
  ],
}

function problemsOf({ layers, samples }: ActivationSpaceResult, expected: number): string[] {
  const numbers = layers.flatMap(({ separation, silhouette, cohesion, flipRate, points }) => [
    ...[separation, silhouette, cohesion].flatMap(({ before, after }) => [before, after]),
    flipRate,
    ...Object.values(points).flat(2),
  ])
  const found = layers.map(({ layer }) => layer)
  const isMoved = layers.every(({ separation }) => separation.before !== separation.after)
  const projected = layers.every(
    ({ points }) => points.harmful.length === limit && points.harmlessAfter.length === limit,
  )
  return broken([
    [
      expected > 0 && found.join() === Array.from({ length: expected }, (_, at) => at).join(),
      `expected ${expected} layers in order, found ${found.join(', ')}`,
    ],
    [samples.harmful === limit && samples.harmless === limit, `expected ${limit} of each side`],
    [projected, 'some prompts have no place in the projection'],
    [numbers.length > 0 && numbers.every(Number.isFinite), 'some figures are no numbers'],
    [isMoved, 'the change moves nothing'],
  ])
}

function change({ before, after }: { before: number; after: number }): string {
  return `${before.toFixed(2)} to ${after.toFixed(2)}`
}
