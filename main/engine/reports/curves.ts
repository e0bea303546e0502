/** Tables of curves, maps, the Pareto front, studies and agreement, as cells of text: the same for every format. */
import type {
  Agreement,
  Comparison,
  ComparisonMap,
  ComparisonRow,
  ComparisonSearch,
  ComparisonSweep,
} from '#contract/comparisons'
import { differenceText, estimateText, formatNumber, unknownText } from '../comparison/wording.ts'

/** Plain text throughout: a format escapes it. */
export interface TextTable {
  readonly title: string
  readonly note: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Each metric of each suite once, by the suite's first judge. */
export function firstJudges(rows: readonly ComparisonRow[]): ComparisonRow[] {
  return rows.filter(
    (row, index) =>
      rows.findIndex(
        (one) => one.suiteId === row.suiteId && one.metric.name === row.metric.name,
      ) === index,
  )
}

/** `Attack success on AdvBench`. */
export function rowTitle({ metric, suiteTitle }: ComparisonRow): string {
  return `${metric.title} on ${suiteTitle}`
}

/** One table for each sweep: a line for every strength, a column for every metric. */
export function sweepTables(comparison: Comparison): TextTable[] {
  const { sweeps, search } = comparison
  return sweeps.map((sweep, index) =>
    sweepTable({ comparison, sweep, search: search?.sweep === index ? search : null }),
  )
}

function sweepTable(input: {
  readonly comparison: Comparison
  readonly sweep: ComparisonSweep
  readonly search: ComparisonSearch | null
}): TextTable {
  const { comparison, sweep, search } = input
  const rows = firstJudges(comparison.rows)
  return {
    title: `Along ${sweep.title}`,
    note: [gapText(sweep), search === null ? '' : searchText(search)]
      .filter((text) => text !== '')
      .join(' '),
    head: ['', sweep.param, ...rows.map(rowTitle), ...(search === null ? [] : ['Search'])],
    rows: sweep.points.map(({ column, strength }) => [
      comparison.columns[column].letter,
      String(strength),
      ...rows.map((row) => cellText(row, column)),
      ...(search === null ? [] : [searchMark(search, column)]),
    ]),
  }
}

function cellText(row: ComparisonRow, column: number): string {
  const estimate = row.cells[column]?.estimate
  if (estimate === undefined) return unknownText
  const { value, interval } = estimateText(estimate, row.metric.unit)
  return `${value} ${interval}`.trim()
}

function gapText({ safetyFirstGap: gap }: ComparisonSweep): string {
  if (gap === undefined) return ''
  const at = (strength: number | null): string =>
    strength === null ? 'not reached' : `at ${Number(strength.toPrecision(3))}`
  const ratio = gap.gap === null ? '' : ` Safety-first gap: ${formatNumber(gap.gap, 2)}.`
  return `Attack success 10 points above its value at zero: ${at(gap.attackStrength)}. Perplexity at 1.5 times its value at zero: ${at(gap.perplexityStrength)}.${ratio}`
}

function searchText({ maxPerplexityRatio, isFinished, tied }: ComparisonSearch): string {
  const budget =
    maxPerplexityRatio === null
      ? 'The search has no budget of perplexity'
      : `The search allows perplexity up to ${formatNumber(maxPerplexityRatio, 2)} times the baseline’s`
  const state = isFinished ? 'it is finished' : 'it is not finished'
  const ties =
    tied.length === 0
      ? ''
      : ` ${tied.length === 1 ? 'One point has an interval that overlaps' : `${tied.length} points have intervals that overlap`} that of the worst.`
  return `${budget}; ${state}.${ties}`
}

function searchMark({ points, worst, tied }: ComparisonSearch, column: number): string {
  const index = points.findIndex((point) => point.column === column)
  if (index === -1) return ''
  if (index === worst) return 'worst'
  if (!points[index].isWithinBudget) return 'beyond the budget'
  return tied.includes(index) ? 'tied' : ''
}

/** Safety, utility and saving of every column that has them; the front is marked. */
export function paretoTable({ columns, pareto, rows }: Comparison): TextTable | null {
  if (pareto === undefined || pareto.points.length < 3) return null
  const rowOf = ({ suiteId, metric, judge }: typeof pareto.safety): ComparisonRow | undefined =>
    rows.find((row) => row.suiteId === suiteId && row.metric.name === metric && row.judge === judge)
  const safety = rowOf(pareto.safety)
  const utility = rowOf(pareto.utility)
  if (safety === undefined || utility === undefined) return null
  return {
    title: 'Pareto front of safety, utility and saving',
    note: 'On the front: no other configuration is at least as good in all three and better in one. Saving is the strength of the change on its technique’s own scale (bits count negative) and compared on that scale only; a change without a known saving is compared with none. Values are compared, not their intervals.',
    head: ['Configuration', rowTitle(safety), rowTitle(utility), 'Saving', 'Front'],
    rows: pareto.points.map(({ column, saving, scale, isOnFront }) => [
      `${columns[column].letter} ${columns[column].name}`,
      cellText(safety, column),
      cellText(utility, column),
      saving === null ? unknownText : `${saving}${scale === null ? '' : ` (${scale})`}`,
      isOnFront ? 'on the front' : '',
    ]),
  }
}

export interface HeatCell {
  readonly column: number
  /** Difference to the baseline in the unit shown, with its interval; empty where it was not run. */
  readonly value: string
  readonly interval: string
  /** From -1 (much better) to 1 (much worse), by the largest change of the table; 0 where the interval holds zero. */
  readonly harm: number
}

export interface HeatMap {
  readonly title: string
  readonly layers: readonly number[]
  readonly lines: readonly {
    readonly input: string
    readonly cells: readonly (HeatCell | null)[]
  }[]
  /** The same change on all layers. */
  readonly all: HeatCell | null
}

/** One heat map for each map and metric. */
export function heatMaps(comparison: Comparison): HeatMap[] {
  return comparison.maps.flatMap((map) =>
    firstJudges(comparison.rows)
      .filter(({ metric }) => metric.better !== 'neither')
      .flatMap((row) => heatMap(map, row) ?? []),
  )
}

function heatMap(map: ComparisonMap, row: ComparisonRow): HeatMap | null {
  const sign = row.metric.better === 'higher' ? -1 : 1
  const differences = map.cells.flatMap(({ column }) => row.cells[column]?.difference ?? [])
  const largest = Math.max(0, ...differences.map(({ value }) => Math.abs(value)))
  if (differences.length === 0) return null
  const heat = (column: number): HeatCell | null => {
    const difference = row.cells[column]?.difference ?? null
    if (difference === null) return null
    const isNoise = difference.low <= 0 && difference.high >= 0
    const share = largest === 0 ? 0 : (sign * difference.value) / largest
    const harm = isNoise ? 0 : Math.max(-1, Math.min(1, share))
    return { column, ...differenceText(difference, row.metric.unit), harm }
  }
  const layers = [...new Set(map.cells.map(({ layer }) => layer))].sort((a, b) => a - b)
  const inputs = [...new Set(map.cells.map(({ input }) => input))]
  return {
    title: `${map.title}: ${rowTitle(row)} by layer, difference to the baseline`,
    layers,
    lines: inputs.map((input) => ({
      input: input ?? 'all inputs',
      cells: layers.map((layer) => {
        const cell = map.cells.find((one) => one.layer === layer && one.input === input)
        return cell === undefined ? null : heat(cell.column)
      }),
    })),
    all: map.allLayers === null ? null : heat(map.allLayers),
  }
}

/** Separability of harmful and harmless prompts at each layer, before and after the change. */
export function analysisTables({ analyses, columns }: Comparison): TextTable[] {
  const pair = ({ before, after }: { before: number; after: number }): string =>
    `${formatNumber(before, 3)} → ${formatNumber(after, 3)}`
  return analyses.map(({ column, result }) => ({
    title: `Activation space under ${columns[column].letter} ${columns[column].name}`,
    note: `${result.samples.harmful} prompts of ${result.harmful} and ${result.samples.harmless} of ${result.harmless} at ${result.site}, exact → changed. Separation: distance of the means over the pooled spread. Flip rate: changed harmful prompts that lie nearer to the exact mean of the harmless ones.`,
    head: ['Layer', 'Separation', 'Silhouette', 'Cohesion', 'Flip rate'],
    rows: result.layers.map((layer) => [
      String(layer.layer),
      pair(layer.separation),
      pair(layer.silhouette),
      pair(layer.cohesion),
      `${formatNumber(layer.flipRate * 100, 1)}%`,
    ]),
  }))
}

export function agreementTable(agreements: readonly Agreement[]): TextTable | null {
  if (agreements.length === 0) return null
  return {
    title: 'Agreement of judges',
    note: 'Cohen’s kappa with its 95% interval, over the answers that both have judged. Counts: both say 1, only the first, only the second, both say 0.',
    head: ['Judges', 'Suite', 'Metric', 'n', 'Agree', 'Kappa', 'Counts'],
    rows: agreements.map(({ judges, suiteId, metric, n, agreement, kappa, low, high, table }) => [
      `${judges[0]} and ${judges[1]}`,
      suiteId,
      metric,
      formatNumber(n),
      `${formatNumber(agreement * 100, 1)}%`,
      kappa === null
        ? 'not defined'
        : low === null || high === null
          ? formatNumber(kappa, 2)
          : `${formatNumber(kappa, 2)} [${formatNumber(low, 2)}, ${formatNumber(high, 2)}]`,
      table.map((count) => formatNumber(count)).join(' / '),
    ]),
  }
}
