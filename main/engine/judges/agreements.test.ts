import { describe, expect, it } from 'vitest'
import { agreementSchema } from '#contract/comparisons'
import { labelReportSchema, type Label } from '#contract/labels'
import { assessJudges } from './accuracy.ts'
import { agreementsOf } from './agreements.ts'
import { drawEvenly } from './draw.ts'
import type { JudgedAnswer } from './judged-answer.ts'

function answerOf(given: {
  readonly at: number
  readonly verdicts: readonly (number | null)[]
  readonly label?: Label
  readonly column?: number
}): JudgedAnswer {
  const { at, verdicts, label, column = 0 } = given
  return {
    column,
    sampleId: `s${at}`,
    label: label === undefined ? null : { says: label, expectation: 'refuse' },
    scores: verdicts.map((value, judge) => ({
      scorer: 'refusal-keywords',
      variant: `list-${judge}`,
      name: 'attack_success',
      value,
    })),
  }
}

/** `counts` answers for each of (both 1, first only, second only, both 0). */
function tableOf(counts: readonly [number, number, number, number]): JudgedAnswer[] {
  const kinds = [
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 0],
  ]
  let at = 0
  return kinds.flatMap((verdicts, kind) =>
    Array.from({ length: counts[kind] ?? 0 }, () => answerOf({ at: at++, verdicts })),
  )
}

describe('agreementsOf', () => {
  it('counts the four cells and gives kappa with its interval', () => {
    const [found] = agreementsOf({ suiteId: 'a', answers: tableOf([20, 5, 10, 15]) })
    agreementSchema.parse(found)
    expect(found).toMatchObject({ n: 50, agreement: 0.7, table: [20, 5, 10, 15] })
    expect(found?.judges).toEqual(['refusal-keywords (list-0)', 'refusal-keywords (list-1)'])
    expect(found?.kappa).toBeCloseTo(0.4, 12)
    // Fleiss, Cohen and Everitt: variance 0.016128 for this table, times n / (n - 1).
    const half = 1.959963985 * Math.sqrt((0.016128 * 50) / 49)
    expect(found?.low).toBeCloseTo(0.4 - half, 8)
    expect(found?.high).toBeCloseTo(0.4 + half, 8)
  })

  it('leaves out what one of the two could not judge, and pairs without anything in common', () => {
    const answers = [
      answerOf({ at: 0, verdicts: [1, null] }),
      answerOf({ at: 1, verdicts: [1, 1] }),
      answerOf({ at: 2, verdicts: [null, 0] }),
    ]
    expect(agreementsOf({ suiteId: 'a', answers }).map(({ n }) => n)).toEqual([1])
    expect(agreementsOf({ suiteId: 'a', answers: [answers[0], answers[2]] })).toEqual([])
  })

  it('a judge that always says the same has no kappa', () => {
    const [found] = agreementsOf({ suiteId: 'a', answers: tableOf([0, 0, 0, 9]) })
    expect(found).toMatchObject({ kappa: null, low: null, high: null, agreement: 1 })
  })

  it('a person is the last judge; what is unclear counts for nothing', () => {
    const answers = [
      answerOf({ at: 0, verdicts: [1], label: 'full-compliance' }),
      answerOf({ at: 1, verdicts: [1], label: 'partial-refusal' }),
      answerOf({ at: 2, verdicts: [0], label: 'incoherent' }),
      answerOf({ at: 3, verdicts: [0], label: 'unclear' }),
    ]
    expect(agreementsOf({ suiteId: 'a', answers })).toMatchObject([
      { judges: ['refusal-keywords (list-0)', 'human'], n: 3, table: [1, 1, 0, 1] },
    ])
  })

  it('answers of several configurations to one prompt widen the interval', () => {
    const once = tableOf([20, 5, 10, 15])
    const twice = [...once, ...once.map((answer) => ({ ...answer, column: 1 }))]
    const apart = twice.map((answer, at) => ({ ...answer, sampleId: `s${at}` }))
    const width = (answers: readonly JudgedAnswer[]) => {
      const [found] = agreementsOf({ suiteId: 'a', answers })
      return (found?.high ?? 0) - (found?.low ?? 0)
    }
    expect(width(twice)).toBeCloseTo(width(once), 10)
    expect(width(apart)).toBeLessThan(0.75 * width(once))
  })
})

describe('assessJudges', () => {
  /** 8 of 10 successes found, 18 of 20 others left; a second column without labels. */
  const labelled = [
    ...Array.from({ length: 10 }, (_, at) =>
      answerOf({ at, verdicts: [at < 8 ? 1 : 0], label: 'full-compliance' }),
    ),
    ...Array.from({ length: 20 }, (_, at) =>
      answerOf({ at: 10 + at, verdicts: [at < 2 ? 1 : 0], label: 'full-refusal' }),
    ),
  ]
  const unlabelled = Array.from({ length: 10 }, (_, at) =>
    answerOf({ at, verdicts: [at < 5 ? 1 : 0], column: 1 }),
  )
  const report = assessJudges({ columns: ['A', 'B'], answers: [...labelled, ...unlabelled] })

  it('gives sensitivity, specificity and rates without the judge’s errors', () => {
    labelReportSchema.parse(report)
    const [judge] = report.judges
    expect(judge).toMatchObject({
      n: 30,
      sensitivity: { value: 0.8, n: 10 },
      specificity: { value: 0.9, n: 20 },
    })
    // Wilson's interval for 8 of 10.
    expect(judge?.sensitivity.low).toBeCloseTo(0.4902, 4)
    expect(judge?.sensitivity.high).toBeCloseTo(0.9433, 4)
    // (1/3 - 0.1) / 0.7 is the truth, 1/3; (0.5 - 0.1) / 0.7 for the other column.
    expect(judge?.rates[0]?.corrected).toBeCloseTo(1 / 3, 12)
    expect(judge?.rates[1]).toMatchObject({ column: 'B', judged: 0.5 })
    expect(judge?.rates[1]?.corrected).toBeCloseTo(0.4 / 0.7, 12)
    expect(report.counts).toEqual({ 'full-compliance': 10, 'full-refusal': 20 })
  })

  it('says how many more labels would halve the widest interval', () => {
    const [judge] = report.judges
    const more = report.moreForHalfWidth ?? 0
    const width = (judge?.sensitivity.high ?? 0) - (judge?.sensitivity.low ?? 0)
    const repeated = Array.from({ length: Math.round(1 + more / 30) }, (_, copy) =>
      labelled.map((answer) => ({ ...answer, sampleId: `${answer.sampleId}-${copy}` })),
    ).flat()
    const [then] = assessJudges({ columns: ['A'], answers: repeated }).judges
    const thenWidth = (then?.sensitivity.high ?? 0) - (then?.sensitivity.low ?? 0)
    expect(more).toBeGreaterThan(60)
    expect(thenWidth / width).toBeGreaterThan(0.4)
    expect(thenWidth / width).toBeLessThan(0.6)
  })

  it('without labels, or by a judge that tells nothing, there is nothing to correct', () => {
    expect(assessJudges({ columns: ['A', 'B'], answers: unlabelled })).toEqual({
      labelled: 0,
      counts: {},
      judges: [],
      moreForHalfWidth: null,
    })
    const guess = labelled.map((answer, at) =>
      answerOf({ ...guessOf(answer), at, verdicts: [at % 2] }),
    )
    const [judge] = assessJudges({ columns: ['A'], answers: guess }).judges
    expect(judge?.rates).toEqual([{ column: 'A', judged: 0.5, corrected: null }])
  })

  function guessOf({ label }: JudgedAnswer): { label: Label } {
    return { label: label?.says ?? 'unclear' }
  }
})

describe('drawEvenly', () => {
  const strata = [0, 1, 2].map((stratum) =>
    Array.from({ length: 40 }, (_, at) => stratum * 100 + at),
  )
  const countsOf = (items: readonly number[]) =>
    [0, 1, 2].map((stratum) => items.filter((item) => Math.floor(item / 100) === stratum).length)

  it('takes the same number from each, up to one, and nothing twice', () => {
    const drawn = drawEvenly({ strata, size: 50, seed: 1 })
    expect(new Set(drawn).size).toBe(50)
    expect(countsOf(drawn).toSorted()).toEqual([16, 17, 17])
  })

  it('is the same for a seed and another for another', () => {
    const draw = (seed: number) => drawEvenly({ strata, size: 20, seed })
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('takes all of a small stratum and the rest from the others', () => {
    const drawn = drawEvenly({ strata: [[1, 2], strata[1] ?? [], []], size: 12, seed: 3 })
    expect(drawn.filter((item) => item < 100)).toHaveLength(2)
    expect(drawn).toHaveLength(12)
    expect(drawEvenly({ strata: [[1], []], size: 5, seed: 3 })).toEqual([1])
  })

  it('the place in the order tells nothing of the stratum', () => {
    let first = 0
    for (let seed = 0; seed < 600; seed++) {
      const [item = 0] = drawEvenly({ strata, size: 9, seed })
      if (item < 100) first += 1
    }
    // 200 expected; five standard deviations are 58.
    expect(Math.abs(first - 200)).toBeLessThan(58)
  })
})
