/** What the tables of languages say in words: who loses, most and first, and whether the languages drift apart. */
import type {
  Comparison,
  ComparisonColumn,
  ComparisonLanguages,
  ComparisonSweep,
  Difference,
} from '#contract/comparisons'
import type { MetricRecord } from '#contract/suites'
import { metricOf } from '../metric-order.ts'
import { type Finding, lowerFirst, nameOf, namesOf, ranks, upperFirst } from '../verdict.ts'
import {
  counted,
  detectableText,
  differenceText,
  estimateText,
  formatNumber,
  listed,
  scaleOf,
} from '../wording.ts'

/** More columns than this, and only the one that loses most is told; the table has the others. */
const mostApart = 3
/** As many languages are named in a sentence. */
const mostNamed = 3

interface Told {
  readonly table: ComparisonLanguages
  readonly metric: MetricRecord
  readonly title: string
  readonly column: ComparisonColumn
  readonly index: number
}

export function findLanguageChanges(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly languages: readonly ComparisonLanguages[]
  readonly suites: Comparison['suites']
  readonly sweeps: readonly ComparisonSweep[]
  readonly mapped: ReadonlySet<number>
}): Finding[] {
  const { columns, suites, sweeps, mapped } = input
  return input.languages
    .filter(isFirstJudge)
    .map(withoutCells(mapped))
    .flatMap((table) => {
      const title = suites.find(({ id }) => id === table.suiteId)?.title ?? table.suiteId
      const metric = metricOf(table.metric)
      return [
        ...toldColumns(columns, table).flatMap((index) => {
          const told = { table, metric, title, column: columns[index], index }
          return [...lossFinding(told), ...unevenFinding(told, columns)]
        }),
        ...quietFinding({ table, metric, title, columns }),
        ...sweeps.flatMap((sweep) => firstFinding({ table, metric, title, sweep })),
      ]
    })
}

/** As for whole suites: the others stand in the tables. */
function isFirstJudge(
  { suiteId, metric }: ComparisonLanguages,
  index: number,
  all: readonly ComparisonLanguages[],
): boolean {
  return all.findIndex((one) => one.suiteId === suiteId && one.metric === metric) === index
}

/** The table without what the cells of layer maps changed: where to look is no finding. */
function withoutCells(
  mapped: ReadonlySet<number>,
): (table: ComparisonLanguages) => ComparisonLanguages {
  const keep = <T>(values: readonly (T | null)[]) =>
    values.map((value, column) => (mapped.has(column) ? null : value))
  return (table) => ({
    ...table,
    locales: table.locales.map((row) => ({ ...row, cells: keep(row.cells) })),
    columns: keep(table.columns),
  })
}

/** Columns with differences; of many the one in which most languages changed, the first of equals. */
function toldColumns(
  columns: readonly ComparisonColumn[],
  table: ComparisonLanguages,
): readonly number[] {
  const compared = columns
    .map((_, index) => index)
    .filter((index) => table.locales.some(({ cells }) => cells[index]?.difference))
  if (compared.length <= mostApart) return compared
  const count = (index: number): number => detectedLosses(table, index).length
  return [compared.reduce((most, index) => (count(index) > count(most) ? index : most))]
}

interface Loss {
  readonly language: string
  readonly difference: Difference
}

function differencesOf(table: ComparisonLanguages, index: number): Loss[] {
  return table.locales.flatMap(({ language, cells }) => {
    const difference = cells[index]?.difference ?? null
    return difference === null ? [] : [{ language, difference }]
  })
}

/** Detected changes for the worse, the largest first. */
function detectedLosses(table: ComparisonLanguages, index: number): Loss[] {
  const sign = metricOf(table.metric).better === 'lower' ? 1 : -1
  return differencesOf(table, index)
    .filter(({ difference }) => difference.isDetected && sign * difference.value > 0)
    .sort((a, b) => sign * (b.difference.value - a.difference.value))
}

function lossFinding({ table, metric, title, column, index }: Told): Finding[] {
  const all = differencesOf(table, index)
  if (all.length < 2) return []
  const losses = detectedLosses(table, index)
  const name = lowerFirst(metric.title)
  const tests = `Holm over ${counted(table.tests, 'test')}`
  if (losses.length === 0) return []
  const [most, ...others] = losses
  const size = differenceText(most.difference, metric.unit, false)
  const rest = others.slice(0, mostNamed - 1).map(({ language }) => language)
  const named =
    losses.length === 1
      ? `: ${most.language}, by ${size.value} ${size.interval}`
      : `, most in ${most.language} by ${size.value} ${size.interval}${rest.length === 0 ? '' : `, then ${listed(rest)}`}`
  const verb = metric.better === 'lower' ? 'rose' : 'fell'
  const text = `${upperFirst(name)} ${verb} detectably in ${formatNumber(losses.length)} of ${counted(all.length, 'language')} on ${title} under ${nameOf(column)}${named} (${tests}).`
  return [{ rank: ranks.worse, tone: 'worse', text }]
}

/** One sentence for all configurations under which no language lost detectably. */
function quietFinding(input: {
  table: ComparisonLanguages
  metric: MetricRecord
  title: string
  columns: readonly ComparisonColumn[]
}): Finding[] {
  const { table, metric, title, columns } = input
  const quiet = columns.flatMap((column, index) => {
    const all = differencesOf(table, index)
    return all.length < 2 || detectedLosses(table, index).length > 0 ? [] : [{ column, all }]
  })
  if (quiet.length === 0) return []
  const names = namesOf(quiet.map(({ column }) => column))
  const seen = couldHaveSeen(
    quiet.flatMap(({ all }) => all),
    metric,
  )
  const text = `None of ${counted(table.locales.length, 'language')} on ${title} detectably lost ${lowerFirst(metric.title)} under ${names} (${seen}Holm over ${counted(table.tests, 'test')}).`
  return [{ rank: ranks.same, tone: 'same', text }]
}

/** `could have seen 2 to 4 points in one; `. */
function couldHaveSeen(all: readonly Loss[], { unit }: MetricRecord): string {
  const known = all
    .filter(({ difference }) => difference.detectable !== null)
    .sort((a, b) => (a.difference.detectable ?? 0) - (b.difference.detectable ?? 0))
  const texts = [known.at(0), known.at(-1)].flatMap((loss) => {
    const text = loss === undefined ? null : detectableText(loss.difference, unit)
    return text === null ? [] : [text]
  })
  if (texts.length === 0) return ''
  return `could have seen ${[...new Set(texts)].join(' to ')} in one; `
}

/** Only where the interval of the uneven loss stays above zero; the gap has grown only where the two intervals are apart. */
function unevenFinding(
  { table, metric, title, column, index }: Told,
  columns: readonly ComparisonColumn[],
): Finding[] {
  const spread = table.columns[index] ?? null
  const uneven = spread?.unevenLoss ?? null
  if (spread === null || uneven === null || (uneven.low ?? 0) <= 0) return []
  const { value, interval } = pointsText(uneven, metric)
  // What is shown as zero must not be said to be above it.
  if (/^\[0[.0]*,/.test(interval)) return []
  const base = table.columns[columns.findIndex(({ isBaseline }) => isBaseline)]?.fairnessGap
  const grew = base !== undefined && (spread.fairnessGap.low ?? 0) > (base.high ?? Infinity)
  const gap = grew
    ? `; the gap between best and worst language grew from ${pointsText(base, metric).value} to ${pointsText(spread.fairnessGap, metric).value}`
    : ''
  const text = `Languages lose ${lowerFirst(metric.title)} on ${title} unevenly under ${nameOf(column)}: ${value} ${interval} between the largest and the smallest loss${gap}.`
  return [{ rank: ranks.worse, tone: 'worse', text }]
}

function pointsText(
  estimate: NonNullable<ComparisonLanguages['columns'][number]>['macro'],
  { unit }: MetricRecord,
): { value: string; interval: string } {
  const { value, interval } = estimateText(estimate, unit)
  return { value: scaleOf(unit) === 100 ? value.replace('%', ' points') : value, interval }
}

/** Which languages lose first along a sweep, by the smallest strength at which a loss is detected. */
function firstFinding(input: {
  table: ComparisonLanguages
  metric: MetricRecord
  title: string
  sweep: ComparisonSweep
}): Finding[] {
  const { table, metric, title, sweep } = input
  const steps = sweep.points.filter(({ column }) =>
    table.locales.some(({ cells }) => cells[column]?.difference),
  )
  const losses = steps.map(({ column }) => detectedLosses(table, column))
  const first = losses.findIndex((found) => found.length > 0)
  if (steps.length < 2 || first === -1) return []
  const found = losses[first]
  const named = found.slice(0, mostNamed).map(({ language }) => language)
  const more = found.length - named.length
  const who = more === 0 ? listed(named) : `${named.join(', ')} and ${formatNumber(more)} more`
  const last = losses.length - 1
  const later =
    first === last
      ? ''
      : `; at ${steps[last].strength} it is ${formatNumber(losses[last].length)} of ${counted(table.locales.length, 'language')}`
  const text = `Along ${sweep.title}, ${who} ${found.length === 1 ? 'loses' : 'lose'} ${lowerFirst(metric.title)} on ${title} first, detectably from ${steps[first].strength} on${later}.`
  return [{ rank: ranks.note, tone: 'note', text }]
}
