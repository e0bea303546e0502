/**
 * Pairs of columns of a run whose names are `LEFT: TECHNIQUE` and `RIGHT: TECHNIQUE`, compared on the same samples, one technique after
 * the other, with p adjusted after Holm over the techniques.
 *
 *   ACTBENCH_HOME=FOLDER node scripts/evidence/pairs-by-technique.ts RUN LEFT RIGHT SUITE METRIC SCORER:VARIANT
 *
 * For example `20261124-95ad5e Plain "Under noise" advbench attack_success refusal-keywords:zou2023-transfer`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { holm } from '../../main/engine/stats/index.ts'
import { projectRoot } from '../project.js'

const differenceSchema = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  pValue: z.number(),
  method: z.string(),
  n: z.number(),
})

/** The parts of `compare --json` that are read here. */
const comparisonSchema = z.object({
  columns: z.array(z.object({ name: z.string() })),
  rows: z.array(
    z.object({
      suiteId: z.string(),
      metric: z.object({ name: z.string() }),
      variant: z.string().nullable(),
      cells: z.array(z.object({ difference: differenceSchema.nullable().catch(null) })),
    }),
  ),
})

const [run = '', left = '', right = '', suiteId = '', metric = '', use = ''] = process.argv.slice(2)
const [, variant = ''] = use.split(':')

const names = compare([]).columns.map(({ name }) => name)
const techniques = names.flatMap((name) => {
  const [first, ...rest] = name.split(': ')
  const technique = rest.join(': ')
  return first === left && names.includes(`${right}: ${technique}`) ? [technique] : []
})
if (techniques.length === 0) throw new Error(`${run}: no columns "${left}: …" and "${right}: …"`)
const found = techniques.map((technique) => ({ technique, ...differenceOf(technique) }))
const adjusted = holm(found.map(({ pValue }) => pValue))
for (const [at, { technique, value, low, high, pValue, n, method }] of found.entries()) {
  const interval = `[${low.toFixed(3)}, ${high.toFixed(3)}]`
  const p = `p ${pValue.toPrecision(2)}, after Holm ${(adjusted[at] ?? NaN).toPrecision(2)}`
  console.log(`${technique}: ${value.toFixed(3)} ${interval}, n ${n}, ${p} (${method})`)
}

function differenceOf(technique: string): z.infer<typeof differenceSchema> {
  const [before, after] = [`${left}: ${technique}`, `${right}: ${technique}`]
  const picked = ['--baseline', before, '--configuration', before, '--configuration', after]
  const row = compare(picked).rows.find(
    (one) => one.suiteId === suiteId && one.metric.name === metric && one.variant === variant,
  )
  const difference = row?.cells[1]?.difference ?? null
  if (difference === null)
    throw new Error(`${technique}: no difference of ${metric} (${use}) on ${suiteId}`)
  return difference
}

function compare(options: readonly string[]): z.infer<typeof comparisonSchema> {
  const program = join(projectRoot, 'main/cli/index.ts')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'compare', run, ...options, '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(stderr.trim())
  return comparisonSchema.parse(JSON.parse(stdout))
}
