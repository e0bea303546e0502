/** Curves over the strength of a change: what a chart and its table draw, and the words for a point. */
import { formatNumber, formatSmall } from '../format/numbers.ts'

export interface StrengthPoint {
  readonly strength: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly n: number
  /** Configuration behind the point. */
  readonly name: string
  /** `worst`: what a search found. `tied`: not to be told apart from it. `outside`: beyond the search's budget. */
  readonly look: 'plain' | 'worst' | 'tied' | 'outside'
}

export interface StrengthCurve {
  readonly key: string
  readonly name: string
  readonly color: string
  /** Stroke pattern that tells curves of one colour apart; empty for a solid line. */
  readonly dash: string
  readonly points: readonly StrengthPoint[]
  /** The untouched configuration: drawn as a band across. */
  readonly baseline: {
    readonly value: number
    readonly low: number | null
    readonly high: number | null
  } | null
}

interface PointValues {
  readonly value: number | null
  readonly range: readonly [number, number] | null
}

/** The values of all curves at a strength, by the curves' keys. */
export function valuesAt(
  curves: readonly StrengthCurve[],
  strength: number,
): Record<string, PointValues> {
  const values: Record<string, PointValues> = {}
  for (const { key, points } of curves) {
    const point = points.find((candidate) => candidate.strength === strength)
    if (point === undefined) continue
    const { value, low, high } = point
    values[key] = { value, range: [low ?? value, high ?? value] }
  }
  return values
}

/** Names of curves at their right ends: bits are listed from many to few, and the name stands behind the curve. */
export function endsOf(curves: readonly StrengthCurve[]): { text: string; x: number; y: number }[] {
  return curves.flatMap(({ name, points }) => {
    const [first, ...others] = points
    if (first === undefined) return []
    const last = others.reduce((a, b) => (b.strength > a.strength ? b : a), first)
    return [{ text: name, x: last.strength, y: last.value }]
  })
}

/** Strengths that a search found worst, each once. */
export function worstStrengths(curves: readonly StrengthCurve[]): number[] {
  const worst = curves.flatMap(({ points }) => points.filter(({ look }) => look === 'worst'))
  return [...new Set(worst.map(({ strength }) => strength))]
}

/** Of the tooltip over `at.<curve>.value`; the bare value where the curve has no point at that strength. */
export function tipText({
  value,
  strength,
  dataKey,
  curves,
}: {
  value: unknown
  strength: unknown
  dataKey: string
  curves: readonly StrengthCurve[]
}): string {
  if (typeof value !== 'number') return ''
  const key = dataKey.split('.')[1]
  const point = curves
    .find((curve) => curve.key === key)
    ?.points.find((candidate) => candidate.strength === strength)
  return point === undefined ? formatSmall(value) : spanText(point)
}

function spanText({ value, low, high, n }: Pick<StrengthPoint, 'value' | 'low' | 'high' | 'n'>) {
  const interval =
    low === null || high === null ? '' : ` [${formatNumber(low, 1)}, ${formatNumber(high, 1)}]`
  return `${formatNumber(value, 1)}${interval}, n ${n}`
}

const lookWords: Readonly<Record<StrengthPoint['look'], string>> = {
  plain: '',
  worst: 'most vulnerable',
  tied: 'cannot be told apart from it',
  outside: 'outside the budget',
}

/** The figures behind the chart, for those who do not see it. */
export function tableOf(curves: readonly StrengthCurve[], xTitle: string, unit: string) {
  return {
    columns: ['Metric', xTitle, 'Configuration', `Value (${unit})`, 'Low', 'High', 'n', 'Note'],
    rows: curves.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        String(point.strength),
        point.name,
        formatNumber(point.value, 2),
        point.low === null ? '' : formatNumber(point.low, 2),
        point.high === null ? '' : formatNumber(point.high, 2),
        String(point.n),
        lookWords[point.look],
      ]),
    ),
  }
}
