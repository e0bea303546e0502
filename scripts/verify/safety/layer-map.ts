/** A layer map of the embedded model: one run, a cell for each layer, and jobs that share their sessions. */
import { join } from 'node:path'
import type { Comparison, ComparisonMap } from '#contract/comparisons'
import type { PlanInput } from '#contract/plans'
import type { RunDetail } from '#contract/jobs'
import { logs, openDatabase } from '#db'
import { inspectModel } from '#engine/catalog'
import { judged, type Check, type VerifyContext } from '../check.ts'
import { broken, figureOf, rateText } from './figures.ts'
import { planProblems, runPlan, runText } from './run-plan.ts'

const attack = { suiteId: 'starter-harmful', metric: 'attack_success' }

export const layerMap: Check = {
  title: 'embedded model: a layer map in one run, with shared sessions',
  async run(context) {
    const outcome = await runPlan(context, plan)
    const { comparison, run } = outcome
    const layers = inspectModel(context.tinyModel).layers ?? 0
    const [map] = comparison.maps
    const sessions = countSessions(context, run)
    const total = [...sessions.values()].reduce((sum, count) => sum + count, 0)
    const most = Math.max(...cellsOf(comparison, map).map(({ name }) => sessions.get(name) ?? 0))
    return judged(
      [
        `${runText(outcome)}; ${total} sessions were made, at most ${most} for a layer and its ${plan.suites.length} suites`,
        ...cellsOf(comparison, map).map(
          ({ name, layer }) =>
            `layer ${layer}: attack success ${rateText(figureOf(comparison, name, attack))}`,
        ),
      ],
      [
        ...planProblems(outcome),
        ...mapProblems(comparison, layers),
        ...broken([
          [total > 0, 'the jobs say nothing of sessions'],
          [total < run.jobs.length, 'the jobs do not share their sessions'],
          [most <= 1, 'a layer needs sessions of its own for its answers'],
        ]),
      ],
    )
  },
}

const shared = {
  modelId: 'actbench-tiny',
  provider: 'cpu' as const,
  decoding: { maxNewTokens: 24 },
}
const interventions = [{ id: 'activation-sparsity', params: { sparsity: 0.7 } }]

const plan: PlanInput = {
  name: 'Layer map',
  configurations: [
    { name: 'baseline', ...shared },
    { name: 'all layers', ...shared, interventions },
    { name: 'layer', ...shared, interventions, map: 'layer' },
  ],
  suites: [
    { id: 'starter-harmful', limit: 30, spread: true },
    { id: 'starter-benign', limit: 20, spread: true },
  ],
}

function cellsOf(comparison: Comparison, map: ComparisonMap | undefined) {
  return (map?.cells ?? []).flatMap(({ column, layer }) => {
    const found = comparison.columns[column]
    return found === undefined ? [] : [{ ...found, layer }]
  })
}

/** Each layer once; what acts on a layer alone leaves the ones before it as they are. */
function mapProblems(comparison: Comparison, layers: number): string[] {
  const [map] = comparison.maps
  if (map === undefined) return ['the comparison has no map']
  const cells = cellsOf(comparison, map)
  const found = cells.map(({ layer }) => layer).sort((a, b) => a - b)
  const expected = Array.from({ length: layers }, (_, layer) => layer)
  const misplaced = cells.filter(({ layer, passport }) => {
    const errors = passport?.relativeErrorByLayer ?? []
    return errors.length !== layers || errors.findIndex((error) => error > 0) !== layer
  })
  return broken([
    [layers > 1, 'the model has no layers to map'],
    [
      found.join() === expected.join(),
      `expected one cell for each of ${layers} layers, found layers ${found.join(', ')}`,
    ],
    [
      misplaced.length === 0,
      `acts elsewhere by its passport: ${misplaced.map(({ name }) => name).join(', ')}`,
    ],
    [map.allLayers !== null, 'the map has no figure of all layers together'],
  ])
}

/**
 * Sessions by configuration, from the logs of the jobs, where each that is made says so. The passport of a layer takes one; its answers
 * are given by the session that is there already.
 */
function countSessions({ scratch }: VerifyContext, { jobs }: RunDetail): Map<string, number> {
  const db = openDatabase({ path: join(scratch, 'profile', 'actbench.sqlite'), readOnly: true })
  try {
    const counts = new Map<string, number>()
    for (const { id, configurationName: name } of jobs) {
      const lines = logs.list(db.read, { jobId: id, limit: 1000 })
      const made = lines.filter(({ message }) => message.includes('session ready')).length
      counts.set(name, (counts.get(name) ?? 0) + made)
    }
    return counts
  } finally {
    db.close()
  }
}
