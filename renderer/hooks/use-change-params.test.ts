import { expect, it } from 'vitest'
import { paramsOfHash } from './use-change-params.ts'

it('parameters are those behind the path of the hash', () => {
  const params = paramsOfHash('#/compare?runs=a%2Cb&search=what%3F')
  expect(Object.fromEntries(params)).toEqual({ runs: 'a,b', search: 'what?' })
  expect([...paramsOfHash('#/compare')]).toEqual([])
  expect([...paramsOfHash('')]).toEqual([])
})
