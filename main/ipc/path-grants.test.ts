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

  it('lets configurations name calibration texts that were chosen, or are kept', () => {
    const grants = createPathGrants()
    grants.learn('dialogs.openText', '/home/ada/own.txt')
    const saved = (calibrationText: string) => ({ name: 'x', configuration: { calibrationText } })
    const plan = (calibrationText: string) => ({ plan: { configurations: [{ calibrationText }] } })
    for (const text of ['/home/ada/own.txt', 'a'.repeat(64)]) {
      expect(() => grants.check('configurations.save', saved(text))).not.toThrow()
      expect(() => grants.check('plans.start', plan(text))).not.toThrow()
    }
    expect(() => grants.check('configurations.save', saved('/etc/passwd'))).toThrow('not chosen')
    for (const call of ['plans.start', 'plans.estimate', 'plans.expand'] as const) {
      expect(() => grants.check(call, plan('/etc/passwd'))).toThrow('/etc/passwd was not chosen')
    }
    expect(() => grants.check('plans.start', { plan: { configurations: [{}] } })).not.toThrow()
  })

  it('lets configurations name scales that were chosen, are kept or ship', () => {
    const grants = createPathGrants()
    grants.learn('dialogs.openText', '/home/ada/own.safetensors')
    const plan = (scales: unknown) => ({
      plan: { configurations: [{ interventions: [{ id: 'omniquant', params: { scales } }] }] },
    })
    for (const scales of ['/home/ada/own.safetensors', 'a'.repeat(64), 'qwen-a6', null]) {
      expect(() => grants.check('plans.start', plan(scales)), String(scales)).not.toThrow()
    }
    for (const scales of ['/etc/passwd', '../../x', 'C:\\x', ['qwen-a6', '/etc/passwd']]) {
      expect(() => grants.check('plans.start', plan(scales)), String(scales)).toThrow('not chosen')
    }
    const [configuration] = plan('/etc/passwd').plan.configurations
    expect(() => grants.check('configurations.save', { name: 'x', configuration })).toThrow(
      '/etc/passwd was not chosen',
    )
  })

  it('leaves calls without paths alone', () => {
    expect(() => createPathGrants().check('runs.get', { id: 'x' })).not.toThrow()
  })
})
