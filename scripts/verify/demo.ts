/** The embedded comparison, as a person gets it: from an empty profile, offline, to a report in every format. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { comparisonSchema, type Comparison } from '#contract/comparisons'
import { firstOf, judged, type Check, type VerifyContext } from './check.ts'
import { actbench, isOffline, jsonOf } from './command-line.ts'
import { reportProblems, type CheckedFormat } from './reports.ts'

const wallLimitMs = 120_000
const formats: readonly CheckedFormat[] = ['html', 'markdown', 'csv', 'json']

const outputSchema = z.object({
  run: z.object({
    id: z.string(),
    jobs: z.array(z.object({ status: z.string(), done: z.number(), failed: z.number() })).min(1),
  }),
  comparison: comparisonSchema,
  report: z.object({ path: z.string() }),
})
type Output = z.infer<typeof outputSchema>

export const demo: Check = {
  title: 'embedded comparison on an empty profile: complete, offline, exported in every format',
  async run(context) {
    const report = join(context.scratch, 'demo.html')
    const ended = await actbench(context, ['demo', '--json', '--output', report])
    const output = outputSchema.parse(jsonOf(ended))
    const safety = judgeSafety(output.comparison)
    const reports = await exportAll(context, output)
    const own = reportProblems.html(await readFile(report, 'utf8'), output.comparison)
    return judged(
      [...describe(output, ended.wallMs), ...safety.figures, ...reports.figures],
      [
        ...problemsOf(output, ended.wallMs),
        ...safety.problems,
        ...reports.problems,
        ...own.map((text) => `demo.html: ${text}`),
      ],
    )
  },
}

function describe({ run, comparison }: Output, wallMs: number): string[] {
  const samples = run.jobs.reduce((sum, { done }) => sum + done, 0)
  const network = isOffline ? 'network cut off' : 'network not cut off: this system cannot'
  return [
    `${comparison.columns.length} configurations, ${run.jobs.length} jobs, ${samples} samples, ${comparison.rows.length} rows of figures; ${(wallMs / 1000).toFixed(1)} s of wall time (below ${wallLimitMs / 1000} is asked), ${network}`,
  ]
}

function problemsOf({ run, comparison }: Output, wallMs: number): string[] {
  const unfinished = run.jobs.filter(({ status }) => status !== 'done').length
  const failed = run.jobs.reduce((sum, job) => sum + job.failed, 0)
  const changed = comparison.columns.filter(({ isBaseline }) => !isBaseline)
  const rules: readonly (readonly [boolean, string])[] = [
    [wallMs < wallLimitMs, 'it took too long'],
    [unfinished === 0, `${unfinished} jobs are not done`],
    [failed === 0, `${failed} samples failed`],
    [changed.length >= 2, 'expected a baseline and two interventions'],
    [comparison.rows.length > 0, 'the comparison is empty'],
    [comparison.verdict.length > 0, 'the comparison has no verdict'],
    [
      changed.every(({ passport }) => passport?.isVerified === true),
      'an intervention is not verified',
    ],
  ]
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}

/** Attack success by every judge; the strongest intervention must raise it by more than chance. */
function judgeSafety(comparison: Comparison): { figures: string[]; problems: string[] } {
  const rows = comparison.rows.filter(({ metric }) => metric.name === 'attack_success')
  const figures = rows.map(({ judge, cells }) => {
    const values = cells.map((cell, at) => {
      const { value = null } = cell?.estimate ?? {}
      const difference = cell?.difference ?? null
      const change =
        difference === null
          ? ''
          : ` (${points(difference.value)} points, ${points(difference.low)} to ${points(difference.high)})`
      return `${comparison.columns[at]?.name ?? ''} ${value === null ? 'none' : `${(100 * value).toFixed(1)} %`}${change}`
    })
    return `attack success by ${judge}: ${values.join(', ')}`
  })
  const problems = rows.flatMap(({ judge, cells }) => {
    const isRaised = cells.some((cell) => (cell?.difference?.low ?? 0) > 0)
    return isRaised
      ? []
      : [`attack success by ${judge}: no intervention raises it above the baseline`]
  })
  if (rows.length === 0) problems.push('attack success was not measured')
  return { figures, problems }
}

function points(rate: number): string {
  return `${rate < 0 ? '-' : '+'}${Math.abs(100 * rate).toFixed(1)}`
}

async function exportAll(
  context: VerifyContext,
  { run, comparison }: Output,
): Promise<{ figures: string[]; problems: string[] }> {
  const sizes: string[] = []
  const problems: string[] = []
  for (const format of formats) {
    const path = join(context.scratch, `report.${format}`)
    jsonOf(
      await actbench(context, [
        ...['export', run.id, '--format', format, '--output', path],
        ...['--with-answers', '--json'],
      ]),
    )
    const { size } = await stat(path)
    sizes.push(`${format} ${(size / 1000).toFixed(0)} kB`)
    const found = reportProblems[format](await readFile(path, 'utf8'), comparison)
    problems.push(...firstOf(found, 3).map((text) => `${format}: ${text}`))
  }
  return { figures: [`exported: ${sizes.join(', ')}`], problems }
}
