import { describe, expect, it } from 'vitest'
import { labelAddress, readTask } from './label-address.ts'
import { nextUnlabelled } from './next-unlabelled.ts'

const spec = { runIds: ['r1', 'r,2'], configurations: null, baseline: null, suites: null }

describe('address of a labelling', () => {
  it('is read as it was written', () => {
    const [, query] = labelAddress(spec, 'advbench').split('?')
    expect(readTask(new URLSearchParams(query))).toEqual({
      spec: { ...spec, suites: ['advbench'] },
      suiteId: 'advbench',
      size: 50,
      seed: 1,
    })
  })

  it('takes size and seed only where they are such', () => {
    const read = (text: string) => readTask(new URLSearchParams(`run=r&suite=s&${text}`))
    expect([read('size=20&seed=7')?.size, read('size=20&seed=7')?.seed]).toEqual([20, 7])
    expect([read('size=0')?.size, read('size=x')?.size, read('seed=-1')?.seed]).toEqual([50, 50, 1])
  })

  it('names nothing without a run or a suite', () => {
    expect([
      readTask(new URLSearchParams('run=r')),
      readTask(new URLSearchParams('suite=s')),
    ]).toEqual([null, null])
  })
})

describe('nextUnlabelled', () => {
  it('goes on to what has no label, round to the beginning', () => {
    expect(nextUnlabelled([null, 'a', null], 0)).toBe(2)
    expect(nextUnlabelled([null, 'a', 'b'], 2)).toBe(0)
    expect(nextUnlabelled(['a', null], -1)).toBe(1)
  })

  it('goes one on where all have one, and stays at the end', () => {
    expect([nextUnlabelled(['a', 'b'], 0), nextUnlabelled(['a', 'b'], 1)]).toEqual([1, 1])
  })
})
