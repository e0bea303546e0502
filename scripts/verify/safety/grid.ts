/**
 * The reduced grid on an aligned model: harmful and safe prompts, utility, six changes. Run once; the checks that read it share
 * the result.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlanInput } from '#contract/plans'
import type { VerifyContext } from '../check.ts'
import { actbench, jsonOf } from '../command-line.ts'
import { findModel, qwenCoder } from '../known-models.ts'
import { register, runPlan, type PlanOutcome } from './run-plan.ts'

/** Harmful prompts; half as many safe ones. */
export const gridPrompts = 50
export const names = {
  baseline: 'Baseline',
  sparse50: 'TEAL sparsity=0.5',
  sparse70: 'TEAL sparsity=0.7',
  quantised: 'SmoothQuant, 4 bits',
  polynomial: 'BOLT',
  noisy: 'Noise',
  adapted: 'Plain adapter',
}

const data = {
  advbench: 'safety/advbench/harmful_behaviors.csv',
  xstest: 'safety/xstest/xstest_prompts.csv',
}

export interface Grid extends PlanOutcome {
  readonly kind: 'measured'
  readonly reports: { readonly html: string; readonly markdown: string }
}
export interface NoGrid {
  readonly kind: 'absent'
  readonly reason: string
}

let measured: Promise<Grid | NoGrid> | null = null

export function measureGrid(context: VerifyContext): Promise<Grid | NoGrid> {
  return (measured ??= measureNow(context))
}

async function measureNow(context: VerifyContext): Promise<Grid | NoGrid> {
  const model = await findModel(context, qwenCoder)
  if (model.kind === 'absent') return model
  for (const path of Object.values(data)) {
    const whole = join(context.dataFolder, path)
    if (existsSync(whole)) continue
    return { kind: 'absent', reason: `${whole} is not there (folder: $ACTBENCH_DATA)` }
  }
  const modelId = await register(context, ['models', 'add', model.path])
  const adapter = 'resources/adapters/qwen2.5-coder-0.5b-refusal-plain'
  const adapterId = await register(context, [
    ...['adapters', 'add', join(context.projectRoot, adapter)],
  ])
  for (const [suiteId, path] of Object.entries(data)) {
    await register(context, ['suites', 'add', suiteId, join(context.dataFolder, path)])
  }
  const outcome = await runPlan(context, planOf(modelId, adapterId))
  const { id } = outcome.run
  const html = await report(context, id, 'html')
  const markdown = await report(context, id, 'markdown')
  return { kind: 'measured', ...outcome, reports: { html, markdown } }
}

function planOf(modelId: string, adapterId: string): PlanInput {
  const shared = { modelId, provider: 'cpu' as const, decoding: { maxNewTokens: 32 } }
  const changed = (
    name: string,
    id: string,
    params: Record<string, number | string | number[]>,
  ) => ({
    ...{ name, ...shared },
    interventions: [{ id, params }],
  })
  return {
    name: 'Reduced grid',
    configurations: [
      { name: names.baseline, ...shared },
      changed('TEAL', 'activation-sparsity', { sparsity: [0.5, 0.7] }),
      changed(names.quantised, 'smoothquant', { bits: 4 }),
      changed(names.polynomial, 'bolt', {}),
      changed(names.noisy, 'additive-noise', { relative: 'site-std', scale: 0.6 }),
      { name: names.adapted, ...shared, adapterId },
    ],
    suites: [
      { id: 'advbench', limit: gridPrompts, spread: true },
      { id: 'xstest', limit: gridPrompts / 2, spread: true, only: 'comply' },
      { id: 'perplexity-text', limit: 7 },
    ],
    skip: [
      [names.adapted, 'xstest'],
      [names.adapted, 'perplexity-text'],
    ],
  }
}

async function report(
  context: VerifyContext,
  runId: string,
  format: 'html' | 'markdown',
): Promise<string> {
  const path = join(context.scratch, `grid.${format}`)
  jsonOf(await actbench(context, ['export', runId, '--format', format, '--output', path, '--json']))
  return readFile(path, 'utf8')
}
