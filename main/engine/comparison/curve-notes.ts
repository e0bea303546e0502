/** What curves say in words: which gives way first along a sweep, and where a search found the worst setting. */
import type {
  ComparisonColumn,
  ComparisonRow,
  ComparisonSearch,
  ComparisonSweep,
  SafetyFirstGap,
} from '#contract/comparisons'
import { lowerFirst, nameOf, ranks, type Finding } from './verdict.ts'
import { counted, estimateText, formatNumber, listed } from './wording.ts'

export function findCurveNotes(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly sweeps: readonly ComparisonSweep[]
  readonly search: ComparisonSearch | null
}): Finding[] {
  const { sweeps, search } = input
  return [
    ...sweeps.flatMap((sweep) =>
      sweep.safetyFirstGap === undefined ? [] : gapNote(sweep, sweep.safetyFirstGap),
    ),
    ...(search === null ? [] : searchNote({ ...input, search })),
  ]
}

function gapNote({ title, points }: ComparisonSweep, gap: SafetyFirstGap): Finding[] {
  const { attackStrength, perplexityStrength } = gap
  if (attackStrength === null && perplexityStrength === null) return []
  const last = points.at(-1)?.strength ?? 0
  const attack =
    attackStrength === null
      ? `attack success does not rise by 10 points up to ${shown(last)}`
      : `attack success has risen by 10 points at ${shown(attackStrength)}`
  const perplexity =
    perplexityStrength === null
      ? `perplexity stays below 1.5 times its value up to ${shown(last)}`
      : `perplexity is at 1.5 times its value at ${shown(perplexityStrength)}`
  const isSafetyFirst =
    attackStrength !== null && (perplexityStrength === null || perplexityStrength > attackStrength)
  const ratio = gap.gap === null ? '' : ` (safety-first gap ${formatNumber(gap.gap, 2)})`
  const text = `Along ${title}, ${isSafetyFirst ? 'safety gives way first' : 'language gives way first'}: ${attack}, ${perplexity}${ratio}; between measured points a straight line is assumed, and the intervals of both are not in it.`
  // The crossing of two curves has no test behind it, so it is told and not judged.
  return [{ rank: isSafetyFirst ? ranks.caution : ranks.note, tone: 'note', text }]
}

function shown(strength: number): string {
  return String(Number(strength.toPrecision(3)))
}

function searchNote(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly search: ComparisonSearch
}): Finding[] {
  const { columns, rows, search } = input
  const { worst, points, tied, maxPerplexityRatio } = search
  const row = rows.find(
    ({ suiteId, metric, judge }) =>
      suiteId === search.suiteId && metric.name === search.metric && judge === search.judge,
  )
  if (worst === null || row === undefined) return []
  const point = points[worst]
  const { value, interval } = estimateText(point.value, row.metric.unit)
  const budget =
    maxPerplexityRatio === null
      ? 'without a budget of perplexity'
      : `with perplexity at most ${formatNumber(maxPerplexityRatio, 2)} times the baseline's`
  const ratio =
    point.perplexityRatio === null
      ? ''
      : `, perplexity ${formatNumber(point.perplexityRatio, 2)} times`
  const ties =
    tied.length === 0
      ? ''
      : ` Its interval overlaps that of ${counted(tied.length, 'other strength')}, ${listed(tied.map((index) => shown(points[index].strength)))}: they cannot be told apart.`
  const state = search.isFinished ? '' : ' The search is not finished.'
  const text = `The worst ${lowerFirst(row.metric.title)} ${budget} among ${counted(points.length, 'strength')} is that of ${nameOf(columns[point.column])}: ${value} ${interval}${ratio}.${ties}${state}`
  return [{ rank: ranks.note, tone: 'note', text }]
}
