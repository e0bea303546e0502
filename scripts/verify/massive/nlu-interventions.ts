/** What interventions do to the embedded NLU model by language: through plan, queue, store and statistics, as a person gets it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Comparison, ComparisonLanguages, Estimate } from '#contract/comparisons'
import type { PlanInput } from '#contract/plans'
import { firstOf, judged, type Check, type VerifyContext } from '../check.ts'
import { broken, figureOf, rateText } from '../safety/figures.ts'
import { planProblems, register, runPlan, runText } from '../safety/run-plan.ts'
import { writeSampleOfMassive } from './sample-of-massive.ts'

const names = {
  baseline: 'Baseline',
  bolt: 'BOLT',
  teal50: 'TEAL 50 %',
  teal90: 'TEAL 90 %',
  smooth: 'SmoothQuant A4',
}
const metrics = ['intent_accuracy', 'slot_f1', 'nlu_exact_match'] as const
/** Of each locale, where the published data are at hand. */
const utterances = 60
const alpha = 0.05

export const nluInterventions: Check = {
  title: 'Embedded NLU model: interventions by language, differences adjusted after Holm',
  async run(context) {
    const data = await chooseData(context)
    const outcome = await runPlan(context, planOf(data))
    const { comparison } = outcome
    const columns = Object.values(names)
    return judged(
      [
        `${data.title}; ${runText(outcome)}; Holm over ${comparison.familySize} pooled tests`,
        ...columns.flatMap((name) => describe(comparison, data.suiteId, name)),
      ],
      firstOf([
        ...planProblems(outcome),
        ...metrics.flatMap((metric) => tableProblems(comparison, { metric, data })),
        ...directionProblems(comparison, data.suiteId),
      ]),
    )
  },
}

interface Data {
  readonly suiteId: string
  readonly title: string
  /** Null: the suite's own. */
  readonly locales: readonly string[] | null
}

/** Published rows where they are at hand, otherwise the sentences that ship with Actbench. */
async function chooseData(context: VerifyContext): Promise<Data> {
  const path = join(context.dataFolder, 'massive', 'data')
  if (!existsSync(path)) {
    const title = `starter sentences (no data in ${path}; folder: $ACTBENCH_DATA)`
    return { suiteId: 'massive-starter', title, locales: null }
  }
  const folder = join(context.scratch, 'massive')
  const locales = await writeSampleOfMassive(path, { folder, utterances })
  await register(context, ['suites', 'add', 'massive', folder])
  const title = `MASSIVE, ${utterances} test utterances in ${locales.length} locales`
  return { suiteId: 'massive', title, locales }
}

function planOf({ suiteId, locales }: Data): PlanInput {
  const shared = { modelId: 'actbench-nlu', provider: 'cpu' } as const
  const teal = (sparsity: number) => [{ id: 'activation-sparsity', params: { sparsity } }]
  const smooth = [{ id: 'smoothquant', params: { bits: 4 } }]
  return {
    name: 'Interventions by language',
    configurations: [
      { name: names.baseline, ...shared },
      { name: names.bolt, ...shared, interventions: [{ id: 'bolt' }] },
      { name: names.teal50, ...shared, interventions: teal(0.5) },
      { name: names.teal90, ...shared, interventions: teal(0.9) },
      { name: names.smooth, ...shared, interventions: smooth },
    ],
    suites: [{ id: suiteId, ...(locales === null ? {} : { locales: [...locales] }) }],
  }
}

/** Pooled figures, then how even they are over languages. */
function describe(comparison: Comparison, suiteId: string, name: string): string[] {
  const [intent, f1, exact] = metrics.map((metric) =>
    rateText(figureOf(comparison, name, { suiteId, metric })),
  )
  const at = columnOf(comparison, name)
  const table = languagesOf(comparison, 'intent_accuracy')
  const spread = table.columns[at]
  if (spread === null) return [`${name}: no languages`]
  const lost = table.locales.filter(({ cells }) => {
    const difference = cells[at]?.difference ?? null
    return difference !== null && difference.isDetected && difference.value < 0
  })
  const gap = `best minus worst locale ${spanText(spread.fairnessGap)} points`
  const uneven =
    spread.unevenLoss === null ? '' : `, uneven loss ${spanText(spread.unevenLoss)} points`
  return [
    `${name}: intent ${intent}, slot F1 ${f1}, exact match ${exact}`,
    `  by intent: ${gap}${uneven}; worst ${spread.worst.join(' ')}; ${lost.length} of ${table.locales.length} locales detectably lost`,
  ]
}

function spanText({ value, low, high }: Estimate): string {
  const points = (share: number | null): string => (100 * (share ?? NaN)).toFixed(1)
  return `${points(value)} [${points(low)}, ${points(high)}]`
}

function columnOf({ columns }: Comparison, name: string): number {
  return columns.findIndex((column) => column.name === name)
}

function languagesOf({ languages = [] }: Comparison, metric: string): ComparisonLanguages {
  const found = languages.find((table) => table.metric === metric)
  if (found !== undefined) return found
  throw new Error(`the comparison has no languages for ${metric}`)
}

/** Every locale in every column, adjusted p values no smaller than plain ones, and rates that pool to the mean over locales. */
function tableProblems(
  comparison: Comparison,
  { metric, data }: { metric: string; data: Data },
): string[] {
  const { locales, columns } = languagesOf(comparison, metric)
  const cells = locales.flatMap((locale) => locale.cells)
  const changed = locales.flatMap((locale) => locale.cells.slice(1))
  const isHolm = changed.every(
    (cell) => cell?.difference != null && cell.difference.pHolm >= cell.difference.pValue,
  )
  const away = comparison.columns.map(({ name }, at) => {
    const pooled = figureOf(comparison, name, { suiteId: data.suiteId, metric }).value
    return Math.abs(pooled - (columns[at]?.macro.value ?? NaN))
  })
  return broken([
    [locales.length === (data.locales?.length ?? 24), `${metric}: ${locales.length} locales`],
    [cells.every((cell) => cell?.estimate.value != null), `${metric}: a locale was not measured`],
    [isHolm, `${metric}: an adjusted p value is missing, or below the plain one`],
    [
      metric === 'slot_f1' || away.every((difference) => difference < 1e-9),
      `${metric}: the pooled rate is not the mean of equally large locales`,
    ],
  ])
}

/** What is destroyed must show; a close approximation must not. */
function directionProblems(comparison: Comparison, suiteId: string): string[] {
  const lost = figureOf(comparison, names.teal90, { suiteId, metric: 'intent_accuracy' }).difference
  const bolt = figureOf(comparison, names.bolt, { suiteId, metric: 'intent_accuracy' }).difference
  return broken([
    [lost !== null && lost.value < 0 && lost.pHolm < alpha, 'TEAL at 0.9 costs no intents'],
    [bolt?.isDetected === false, 'BOLT changes intents detectably'],
  ])
}
