/** What four groups of points say about one layer: before and after, harmful and harmless. */
import type { ActivationSpaceResult } from '#contract/comparisons'
import { meanOf, principalAxes, project, type PrincipalAxes } from '../stats/pca.ts'
import { cohesion, flipRate, separation, silhouette } from '../stats/separability.ts'

type ActivationLayer = ActivationSpaceResult['layers'][number]
type Points = readonly Float32Array[]

export interface FourGroups {
  readonly harmful: Points
  readonly harmless: Points
  readonly harmfulAfter: Points
  readonly harmlessAfter: Points
}

/**
 * Points of each side that axes and silhouettes are computed from, evenly spaced; all points are projected. Both take time
 * with the square or the cube of the number.
 */
const sampledPoints = 300
/** Digits that a page can show. */
const digits = 4

/** Axes are turned so that the exact harmful points lie on the positive side of each. */
export function describeLayer(layer: number, groups: FourGroups): ActivationLayer {
  const { harmful, harmless, harmfulAfter, harmlessAfter } = groups
  const axes = principalAxes([...sampled(harmful), ...sampled(harmless)], 2)
  const center = project(axes, Float32Array.from(meanOf(harmful)))
  const signs = center.map((value) => (value < 0 ? -1 : 1))
  const place = (points: Points) => points.map((point) => placeOf(axes, signs, point))
  const means = { home: meanOf(harmful), away: meanOf(harmless) }
  const both = (measure: (first: Points, second: Points) => number) => ({
    before: rounded(measure(harmful, harmless)),
    after: rounded(measure(harmfulAfter, harmlessAfter)),
  })
  const [first, second] = axes.explained.map(rounded)
  return {
    layer,
    separation: both(separation),
    silhouette: both((a, b) => silhouette(sampled(a), sampled(b))),
    cohesion: both(cohesion),
    flipRate: rounded(flipRate(harmfulAfter, means)),
    explained: [first, second],
    points: {
      harmful: place(harmful),
      harmless: place(harmless),
      harmfulAfter: place(harmfulAfter),
      harmlessAfter: place(harmlessAfter),
    },
  }
}

function placeOf(
  axes: PrincipalAxes,
  signs: readonly number[],
  point: Float32Array,
): [number, number] {
  const [x, y] = project(axes, point)
  return [rounded(x * signs[0]), rounded(y * signs[1])]
}

function sampled(points: Points): Points {
  if (points.length <= sampledPoints) return points
  return Array.from(
    { length: sampledPoints },
    (_, i) => points[Math.floor((i * points.length) / sampledPoints)],
  )
}

/** To four significant digits, without a negative zero. */
function rounded(value: number): number {
  return Number(value.toPrecision(digits)) + 0
}
