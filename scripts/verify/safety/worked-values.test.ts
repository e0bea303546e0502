import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../project.js'
import { closedForms, oracles } from './oracles.ts'
import { judgeOracle } from './worked-values.ts'

const oracle = {
  id: 'V1',
  title: 'GELU',
  tests: [{ file: 'a.test.ts', name: /^GELU at/, cases: 2 }],
}
const passing = (name: string) => ({ file: 'a.test.ts', name, hasPassed: true })

describe('judgeOracle', () => {
  it('counts the tests of the file with such a name', () => {
    const cases = [passing('GELU at 1'), passing('GELU at 2'), passing('SiLU at 1')]
    expect(judgeOracle(oracle, cases)).toEqual({ passed: 2, wrong: [] })
  })

  it('names a test that did not pass', () => {
    const cases = [passing('GELU at 1'), { ...passing('GELU at 2'), hasPassed: false }]
    expect(judgeOracle(oracle, cases)).toEqual({ passed: 1, wrong: ['GELU at 2 did not pass'] })
  })

  it('misses a test that is gone, and does not take that of another file', () => {
    const cases = [passing('GELU at 1'), { ...passing('GELU at 2'), file: 'b.test.ts' }]
    expect(judgeOracle(oracle, cases)).toEqual({
      passed: 1,
      wrong: ['expected 2 or more tests like /^GELU at/ in a.test.ts, found 1'],
    })
  })
})

describe('oracles', () => {
  it('are V1 to V18 but for V15, which is Python’s', () => {
    const expected = Array.from({ length: 18 }, (_, at) => `V${at + 1}`)
    expect(oracles.map(({ id }) => id)).toEqual(expected.filter((id) => id !== 'V15'))
  })

  it('lie in files that are there', () => {
    const files = [...oracles, ...closedForms].flatMap(({ tests }) => tests.map(({ file }) => file))
    expect(files.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([])
  })
})
