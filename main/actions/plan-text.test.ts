import { describe, expect, it } from 'vitest'
import { parsePlan, printPlan } from './plan-text.ts'

const small = `
name: Small
configurations:
  - name: baseline
    modelId: tiny
  - name: half
    modelId: tiny
    interventions:
      - id: activation-sparsity
        params: { sparsity: 0.5 }
suites:
  - id: starter-harmful
    limit: 10
`

describe('parsePlan', () => {
  it('fills in what a person may leave out', () => {
    const plan = parsePlan(small)
    expect(plan).toMatchObject({ version: 1, name: 'Small', batchSize: null, skip: [] })
    expect(plan.configurations[0]).toMatchObject({
      precision: 'exact',
      provider: 'auto',
      interventions: [],
      decoding: { maxNewTokens: 128, temperature: 0 },
    })
    expect(plan.suites[0]).toMatchObject({ id: 'starter-harmful', limit: 10, only: 'all' })
  })

  it('reads JSON as well', () => {
    expect(parsePlan(JSON.stringify(parsePlan(small)))).toEqual(parsePlan(small))
  })

  it('prints what it reads back', () => {
    const plan = parsePlan(small)
    expect(parsePlan(printPlan(plan))).toEqual(plan)
  })

  it.each([
    ['a value out of range', small.replace('limit: 10', 'limit: 0'), 'line 13, suites[0].limit'],
    [
      'a wrong word',
      small.replace('modelId: tiny', 'modelId: tiny\n    precision: exakt'),
      'line 6, configurations[0].precision',
    ],
    [
      'a missing field',
      small.replace('    modelId: tiny\n', ''),
      'line 4, configurations[0].modelId',
    ],
    [
      'an unknown field',
      small.replace('    interventions:', '    interventons:'),
      'configurations[1].interventons: unknown field',
    ],
    [
      'an unknown field in depth',
      small.replace('limit: 10', 'limits: 10'),
      'line 13, suites[0].limits',
    ],
    ['broken YAML', 'name: [unclosed', 'line 1'],
    ['a key written twice', 'name: a\nname: b\n', 'line 2'],
    ['an empty file', '', 'line 1, plan'],
    ['a list instead of a plan', '- a\n', 'line 1, plan'],
  ])('names line and field of %s', (_case, text, expected) => {
    expect(() => parsePlan(text)).toThrow(expected)
    expect(() => parsePlan(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  })

  it('refuses a file that only grows when read', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [index, name] of [...'bcdefgh'].entries()) {
      const previous = 'abcdefg'[index] ?? 'a'
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${previous}`).join(',')}]`)
    }
    expect(() => parsePlan(bomb.join('\n'))).toThrow('cannot be read')
  })

  it('refuses a file that is no plan by its size alone', () => {
    expect(() => parsePlan('#'.repeat(1_000_001))).toThrow('at most')
  })
})
