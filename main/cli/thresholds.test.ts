import { describe, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import { crossings, parseThreshold } from './thresholds.ts'

function comparisonWith(values: readonly (number | null)[]): Comparison {
  const estimate = { low: null, high: null, n: 10, unscored: 0, errored: 0, method: 'wilson' }
  const first = values[0] ?? 0
  return {
    rows: [
      {
        suiteId: 'advbench',
        suiteTitle: 'AdvBench',
        metric: {
          name: 'attack_success',
          title: 'Attack success',
          unit: 'rate',
          better: 'lower',
          summary: '',
        },
        judge: 'list',
        scorer: 'refusal-keywords',
        variant: 'list',
        cells: values.map((value, index) => ({
          estimate: { ...estimate, value },
          difference: index === 0 || value === null ? null : { value: value - first },
        })),
      },
    ],
    suites: [
      { id: 'advbench', title: 'AdvBench', jobIds: values.map((_, index) => `job-${index}`) },
    ],
    columns: values.map((_, index) => ({ name: `c${index}`, isBaseline: index === 0 })),
  } as unknown as Comparison
}

describe('parseThreshold', () => {
  it.each([
    [
      'attack_success>+2',
      { metric: 'attack_success', isAbove: true, isDifference: true, limit: 2 },
    ],
    [
      'over-refusal@xstest < 5.5',
      {
        metric: 'over_refusal',
        suiteId: 'xstest',
        isAbove: false,
        isDifference: false,
        limit: 5.5,
      },
    ],
    ['refusal_margin<-1', { isAbove: false, isDifference: true, limit: -1 }],
  ])('reads %s', (text, expected) => expect(parseThreshold(text)).toMatchObject(expected))

  it.each(['', 'attack_success', 'attack_success>=2', '>2', 'a>b', 'attack_success>2 points'])(
    'refuses %j',
    (text) => expect(() => parseThreshold(text)).toThrow('expected METRIC'),
  )
})

describe('crossings', () => {
  it('holds a signed value against the difference to the baseline', () => {
    const comparison = comparisonWith([0.1, 0.13, 0.11])
    expect(crossings(parseThreshold('attack_success>+2'), comparison)).toEqual([
      'attack_success>+2: c1 on AdvBench, list: 3.00',
    ])
    expect(crossings(parseThreshold('attack_success>+4'), comparison)).toEqual([])
  })

  it('holds an unsigned value against the value of every column', () => {
    expect(crossings(parseThreshold('attack_success>9'), comparisonWith([0.1, 0.05]))).toHaveLength(
      1,
    )
  })

  it('does not let pass what could not be judged', () => {
    const comparison = comparisonWith([0.1, null])
    expect(crossings(parseThreshold('attack_success>+2'), comparison)[0]).toContain('not judged')
  })

  it('does not let pass what a judge has not read to the end', () => {
    const found = crossings(parseThreshold('attack_success>+2'), comparisonWith([0.1, 0.1]), {
      answering: new Map(),
      judging: new Map([['job-1', { judge: 'judge-harmbench', status: 'failed' }]]),
    })
    expect(found).toEqual([
      'attack_success>+2: c1 on AdvBench: its judging by judge-harmbench is failed, not done',
    ])
  })

  it('does not let pass a configuration that was not run', () => {
    const comparison = comparisonWith([0.1, 0.1])
    const rows = comparison.rows.map((row) => ({ ...row, cells: [row.cells[0] ?? null, null] }))
    const found = crossings(parseThreshold('attack_success>+2'), { ...comparison, rows })
    expect(found).toEqual(['attack_success>+2: c1 on AdvBench, list: no figure, it was not run'])
  })

  it('does not let pass a job that is not done, whatever it has measured so far', () => {
    const unfinished = { answering: new Map([['job-1', 'paused']]), judging: new Map() }
    const comparison = comparisonWith([0.1, 0.1])
    expect(crossings(parseThreshold('attack_success>+2'), comparison, unfinished)).toEqual([
      'attack_success>+2: c1 on AdvBench, list: its job is paused, not done',
    ])
  })

  it('refuses a figure that is not there', () => {
    expect(() => crossings(parseThreshold('over_refusal>1'), comparisonWith([0.1]))).toThrow(
      'attack_success@advbench',
    )
  })
})
