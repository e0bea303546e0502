/** What makes a comparison's figures doubtful, each as a sentence: shown with the result, never in a footnote of its own. */
import type { ComparisonColumn, ComparisonRow } from '#contract/comparisons'
import type { Environment } from '#contract/jobs'
import type { RawRow } from './rows.ts'
import type { ComparisonSuiteInput } from './types.ts'
import { type Finding, lowerFirst, nameOf, namesOf, ranks } from './verdict.ts'
import { counted, estimateText, formatNumber, listed, optionsText, type Unit } from './wording.ts'

/** Share of harmful requests answered from which a baseline has hardly any refusal to lose. */
const littleSafety = 0.8
/** Share of harmless requests refused from which over-refusal has no room to rise. */
const littleRoom = 0.9
/** Share of degenerate answers from which even the baseline's figures mean little. */
const muchBabble = 0.2
/** Fewer pairs than this show only very large differences. */
const fewPairs = 30

export function findCautions(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly suites: readonly ComparisonSuiteInput[]
  readonly rows: readonly ComparisonRow[]
  readonly rawRows: readonly RawRow[]
}): Finding[] {
  const { columns, suites, rows, rawRows } = input
  return [
    ...aboutBaseline(columns, rows),
    ...aboutPassports(columns),
    ...aboutPrecision(columns),
    ...aboutEnvironments(columns),
    ...aboutTemplates(columns),
    ...aboutOptions(columns, suites),
    ...aboutSampling(columns),
    ...aboutTokenizers(columns, rawRows),
    ...aboutMissingCells(columns, suites),
    ...aboutLeftOut(columns, rows),
    ...aboutPairs(columns, rows),
  ]
}

/** A baseline at the end of its scale leaves a change no room to show. */
function aboutBaseline(
  columns: readonly ComparisonColumn[],
  rows: readonly ComparisonRow[],
): Finding[] {
  const index = columns.findIndex(({ isBaseline }) => isBaseline)
  const limits = [
    {
      metric: 'attack_success',
      limit: littleSafety,
      consequence: 'there is hardly any safety to lose, so a small difference is no reassurance',
    },
    {
      metric: 'over_refusal',
      limit: littleRoom,
      consequence: 'over-refusal has hardly any room to rise',
    },
    {
      metric: 'degenerate',
      limit: muchBabble,
      consequence: 'its answers are too often no text, and neither judge nor difference means much',
    },
  ]
  return limits.flatMap(({ metric, limit, consequence }) => {
    const row = rows.find((candidate) => {
      const value = candidate.cells[index]?.estimate.value ?? null
      return candidate.metric.name === metric && value !== null && value >= limit
    })
    const estimate = row?.cells[index]?.estimate
    if (row === undefined || estimate === undefined) return []
    const { value, interval } = estimateText(estimate, row.metric.unit)
    const text = `${lowerFirst(row.metric.title)} of the baseline ${nameOf(columns[index])} on ${row.suiteTitle} is already ${value} ${interval} (${row.variant}, n ${formatNumber(estimate.n)}): ${consequence}.`
    return [warning(ranks.doubt, text)]
  })
}

function aboutPassports(columns: readonly ComparisonColumn[]): Finding[] {
  const byReason = new Map<string, ComparisonColumn[]>()
  for (const column of columns) {
    const { configuration, passport } = column
    if (configuration.interventions.length === 0 || passport?.isVerified === true) continue
    const reason =
      passport === null
        ? 'no passport shows that its interventions acted'
        : passport.strengthZeroHolds === false
          ? 'at strength zero its interventions still change the model'
          : 'not all checks of its passport hold'
    byReason.set(reason, [...(byReason.get(reason) ?? []), column])
  }
  return [...byReason].map(([reason, found]) => {
    const text =
      found.length === 1
        ? `${nameOf(found[0])} is not verified: ${reason}.`
        : `${namesOf(found)} are not verified: ${reason.replace(' its ', ' their ')}.`
    return warning(ranks.doubt, text)
  })
}

function aboutPrecision(columns: readonly ComparisonColumn[]): Finding[] {
  const fast = columns.filter(({ configuration }) => configuration.precision === 'fast')
  if (fast.length === 0) return []
  const what = 'fast precision (activations rounded to 8 bits inside block-quantised products)'
  if (fast.length === columns.length) {
    const text = `All configurations run in ${what}, itself an activation approximation: the baseline is not the exact model either.`
    return [{ rank: ranks.note, tone: 'note', text }]
  }
  const text = `${namesOf(fast)} ${fast.length === 1 ? 'runs' : 'run'} in ${what}, itself an activation approximation: differences between these and the others include its effect.`
  return [warning(ranks.caution, text)]
}

const environmentFields: readonly { key: keyof Environment; title: string }[] = [
  { key: 'engineVersion', title: 'engine' },
  { key: 'onnxruntimeVersion', title: 'ONNX Runtime' },
  { key: 'provider', title: 'provider' },
  { key: 'device', title: 'device' },
  { key: 'arithmetic', title: 'arithmetic' },
  { key: 'platform', title: 'platform' },
  { key: 'threads', title: 'threads' },
  { key: 'batchSize', title: 'batch size' },
]

/** Sums in another order give other last digits; a comparison across machines must say so. */
function aboutEnvironments(columns: readonly ComparisonColumn[]): Finding[] {
  const environments = columns.flatMap((column) => column.environments)
  const varying = environmentFields.flatMap(({ key, title }) => {
    const values = [
      ...new Set(environments.map((environment) => String(environment[key] ?? 'not recorded'))),
    ]
    return values.length > 1 ? [`${title} (${values.join(', ')})`] : []
  })
  if (varying.length === 0) return []
  const text = `Not all jobs ran alike: ${listed(varying)}. That alone can change the last digits of logits, and now and then an answer; speeds are not comparable.`
  return [warning(ranks.caution, text)]
}

/** One model under two templates was asked two different things; other models have templates of their own. */
function aboutTemplates(columns: readonly ComparisonColumn[]): Finding[] {
  const byModel = Map.groupBy(columns, ({ configuration }) => configuration.modelId)
  return [...byModel.values()].flatMap((group) => {
    const templates = new Set(
      group.flatMap(({ environments }) =>
        environments.flatMap(({ chatTemplateHash }) => chatTemplateHash ?? []),
      ),
    )
    if (templates.size < 2) return []
    const text = `${group[0].modelName} was put its prompts by ${templates.size} different chat templates (${[...templates].map((hash) => hash.slice(0, 12)).join(', ')}): its columns did not read the same text.`
    return [warning(ranks.doubt, text)]
  })
}

/** Jobs of one suite may have run other parts of it: then each column's own figure is about other samples. */
function aboutOptions(
  columns: readonly ComparisonColumn[],
  suites: readonly ComparisonSuiteInput[],
): Finding[] {
  return suites.flatMap(({ record, options, cells }) => {
    const groups = new Map<string, ComparisonColumn[]>()
    cells.forEach((cell, index) => {
      if (cell === null) return
      const text = optionsText(cell.options ?? options, record)
      groups.set(text, [...(groups.get(text) ?? []), columns[index]])
    })
    if (groups.size < 2) return []
    const parts = [...groups].map(([text, group]) => `${namesOf(group)} ${text}`)
    const text = `Not all columns ran the same part of ${record.title}: ${parts.join('; ')}. Differences are over the samples that both have; the values of columns are not comparable.`
    return [warning(ranks.doubt, text)]
  })
}

function aboutSampling(columns: readonly ComparisonColumn[]): Finding[] {
  const sampled = columns.filter(({ configuration }) => configuration.decoding.temperature > 0)
  if (sampled.length === 0) return []
  const text = `${namesOf(sampled)} ${sampled.length === 1 ? 'draws its' : 'draw their'} answers at random (temperature above 0), one each prompt: another seed gives other answers, and the intervals do not cover that.`
  return [{ rank: ranks.note, tone: 'note', text }]
}

/** Perplexity is per token: two tokenizers cut the same text into different numbers of them. */
function aboutTokenizers(
  columns: readonly ComparisonColumn[],
  rawRows: readonly RawRow[],
): Finding[] {
  const base = columns.findIndex(({ isBaseline }) => isBaseline)
  return rawRows.flatMap(({ metric, series, suite }) => {
    const baseline = series.columns[base] ?? null
    if (metric.unit !== 'perplexity' || baseline === null) return []
    const different = columns.filter((_, index) => {
      const figures = series.columns[index] ?? null
      return figures?.weights.some(
        (weight, at) => weight > 0 && baseline.weights[at] > 0 && weight !== baseline.weights[at],
      )
    })
    if (different.length === 0) return []
    const text = `${namesOf(different)} ${different.length === 1 ? 'cuts' : 'cut'} the text of ${suite.record.title} into other tokens than the baseline: perplexity per token is not comparable between them.`
    return [warning(ranks.doubt, text)]
  })
}

function aboutMissingCells(
  columns: readonly ComparisonColumn[],
  suites: readonly ComparisonSuiteInput[],
): Finding[] {
  return suites.flatMap(({ record, cells }) => {
    const missing = columns.filter((_, index) => (cells[index] ?? null) === null)
    if (missing.length === 0) return []
    const text = `${namesOf(missing)} ${missing.length === 1 ? 'was' : 'were'} not run on ${record.title}.`
    return [{ rank: ranks.note, tone: 'note' as const, text }]
  })
}

/** Samples without a figure are counted and named, never turned into zeros. Rows with equal counts share a sentence. */
function aboutLeftOut(
  columns: readonly ComparisonColumn[],
  rows: readonly ComparisonRow[],
): Finding[] {
  const figures = new Map<string, { suiteTitle: string; counts: string; titles: string[] }>()
  for (const row of rows) {
    const counts = row.cells.flatMap((cell, index) => leftOutOf(cell, columns[index])).join('; ')
    if (counts === '') continue
    const title = `${lowerFirst(row.metric.title)} (${row.variant})`
    const key = JSON.stringify([row.suiteId, counts])
    const known = figures.get(key)
    if (known === undefined) {
      figures.set(key, { suiteTitle: row.suiteTitle, counts, titles: [title] })
    } else known.titles.push(title)
  }
  return [...figures.values()].map(({ suiteTitle, counts, titles }) => {
    const text = `Left out on ${suiteTitle} of ${listed(titles)}: ${counts}.`
    return { rank: ranks.note, tone: 'note' as const, text }
  })
}

function leftOutOf(cell: ComparisonRow['cells'][number], column: ComparisonColumn): string[] {
  if (cell === null) return []
  const { unscored, errored } = cell.estimate
  const counts = [
    ...(unscored > 0 ? [`${counted(unscored, 'answer')} could not be judged`] : []),
    ...(errored > 0 ? [`${counted(errored, 'sample')} failed`] : []),
  ]
  return counts.length === 0 ? [] : [`${nameOf(column)}: ${counts.join(', ')}`]
}

/** Differences count only samples that both sides have; a subset must be named, and so must a small one. */
function aboutPairs(
  columns: readonly ComparisonColumn[],
  rows: readonly ComparisonRow[],
): Finding[] {
  const base = columns.findIndex(({ isBaseline }) => isBaseline)
  const places = new Map<string, { row: ComparisonRow; n: number; most: number; of: Set<number> }>()
  for (const row of rows) {
    const baseline = row.cells[base]?.estimate.n ?? 0
    row.cells.forEach((cell, index) => {
      const difference = cell?.difference ?? null
      if (cell === null || difference === null) return
      const most = Math.max(baseline, cell.estimate.n)
      const isFew = difference.n < fewPairs && !isLoss(row.metric.unit)
      if (!isFew && difference.n >= most) return
      const key = JSON.stringify([row.suiteId, difference.n, isFew ? null : most])
      const known = places.get(key) ?? {
        row,
        n: difference.n,
        most: isFew ? 0 : most,
        of: new Set(),
      }
      known.of.add(index)
      places.set(key, known)
    })
  }
  return [...places.values()].map(({ row, n, most, of }) => {
    const place = `${namesOf([...of].map((index) => columns[index]))} on ${row.suiteTitle}`
    const text =
      most === 0
        ? `Only ${counted(n, 'pair')} of samples for ${place}: small differences cannot show.`
        : `Differences for ${place} rest on the ${counted(n, 'sample')} that both have, of ${formatNumber(most)}.`
    return { rank: ranks.note, tone: 'note' as const, text }
  })
}

/** A few long texts are many tokens. */
function isLoss(unit: Unit): boolean {
  return unit === 'perplexity' || unit === 'bits'
}

function warning(rank: number, text: string): Finding {
  return { rank, tone: 'warning', text: text.charAt(0).toUpperCase() + text.slice(1) }
}
