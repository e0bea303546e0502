import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judged, skipped, type Check } from './check.ts'
import { runChecks } from './run.ts'

const good: Check = { title: 'good', run: () => Promise.resolve(judged(['7 figures'], [])) }
const bad: Check = { title: 'bad', run: () => Promise.resolve(judged(['3 figures'], ['a hole'])) }
const broken: Check = { title: 'broken', run: () => Promise.reject(new Error('out of paper')) }
const absent: Check = { title: 'absent', run: () => Promise.resolve(skipped('no such file')) }

async function outcomeOf(checks: readonly Check[], words: readonly string[] = []) {
  const lines: string[] = []
  const write = (line: string) => lines.push(line)
  return { holds: await runChecks({ checks, words, isVerbose: false, write }), lines }
}

describe('runChecks', () => {
  it('holds when nothing failed, and shows figures and reasons', async () => {
    const { holds, lines } = await outcomeOf([good, absent])
    expect(holds).toBe(true)
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
    expect(lines.join('\n')).toContain('7 figures')
    expect(lines.join('\n')).toContain('no such file')
  })

  it.each([
    ['a problem', bad, 'a hole'],
    ['a thrown error', broken, 'out of paper'],
  ])('does not hold after %s, and runs the rest', async (_, check, text) => {
    const { holds, lines } = await outcomeOf([check, good])
    expect(holds).toBe(false)
    expect(lines.at(-1)).toBe('1 passed, 1 failed')
    expect(lines.join('\n')).toContain(`WRONG: ${text}`)
  })

  it('does not hold when everything was skipped or nothing was chosen', async () => {
    expect((await outcomeOf([absent])).holds).toBe(false)
    expect((await outcomeOf([good], ['nothing like it'])).holds).toBe(false)
  })

  it('runs only the checks that were named', async () => {
    const { lines } = await outcomeOf([good, bad], ['GOOD'])
    expect(lines.at(-1)).toBe('1 passed, 0 failed')
  })

  it('gives each check an empty folder and removes it', async () => {
    const folders: string[] = []
    const nosy: Check = {
      title: 'nosy',
      run: ({ scratch }) => {
        folders.push(scratch)
        return Promise.resolve(judged([], existsSync(scratch) ? [] : ['no folder']))
      },
    }
    expect((await outcomeOf([nosy, nosy])).holds).toBe(true)
    expect(new Set(folders).size).toBe(2)
    expect(folders.filter((folder) => existsSync(folder))).toEqual([])
  })
})
