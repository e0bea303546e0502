import { describe, expect, it } from 'vitest'
import { createPathGrants } from './path-grants.ts'

describe('path grants', () => {
  it('lets the page name what a dialog returned, however it is spelled, and nothing else', () => {
    const grants = createPathGrants()
    grants.learn('dialogs.openDataset', '/home/ada/data/../rows.csv')
    expect(() => grants.check('suites.import', { path: '/home/ada/rows.csv' })).not.toThrow()
    expect(() => grants.check('suites.import', { path: '/etc/passwd' })).toThrow(
      'was not chosen here',
    )
    expect(() => grants.check('models.inspect', {})).toThrow('was not chosen here')
  })

  it('takes a cancelled dialog for nothing', () => {
    const grants = createPathGrants()
    grants.learn('dialogs.saveReport', null)
    expect(() => grants.check('comparisons.export', { path: 'null' })).toThrow(
      'was not chosen here',
    )
  })

  it('knows dropped files and the models of the store', () => {
    const grants = createPathGrants()
    grants.grant('/home/ada/model.gguf')
    grants.learn('models.list', [{ path: '/models/tiny' }])
    expect(() => grants.check('models.add', { path: '/home/ada/model.gguf' })).not.toThrow()
    expect(() => grants.check('dialogs.revealPath', { path: '/models/tiny' })).not.toThrow()
  })

  it('leaves calls without paths alone', () => {
    expect(() => createPathGrants().check('runs.get', { id: 'x' })).not.toThrow()
  })
})
