import { describe, expect, it, vi } from 'vitest'
import { ActbenchError } from '#contract/errors'
import { dispatch as dispatchGranted, type CallRequest, type Handlers } from './dispatch.ts'
import { createPathGrants } from './path-grants.ts'

const dispatch = (handlers: Handlers, request: CallRequest) =>
  dispatchGranted(handlers, request, createPathGrants())

/** Only the handlers that a case needs; calling another one is a TypeError, which would show in the result. */
function handlersWith(some: Partial<Handlers>): Handlers {
  return some as Handlers
}

describe('dispatch', () => {
  it('performs a call with the validated input', async () => {
    const remove = vi.fn((_input: { id: string }) => Promise.resolve(null))
    const handlers = handlersWith({ 'models.remove': remove })
    const result = await dispatch(handlers, {
      channel: 'models.remove',
      input: { id: 'm1', extra: true },
    })
    expect(result).toEqual({ ok: true, value: null })
    expect(remove).toHaveBeenCalledExactlyOnceWith({ id: 'm1' })
  })

  it.each([['models.explode'], ['toString'], ['__proto__'], [42], [undefined]])(
    'refuses the channel %s',
    async (channel) => {
      const result = await dispatch(handlersWith({}), { channel, input: {} })
      expect(result).toMatchObject({ ok: false, error: { code: 'not-found' } })
    },
  )

  it('refuses input that the table does not allow, names the field and calls nothing', async () => {
    const remove = vi.fn(() => Promise.resolve(null))
    const handlers = handlersWith({ 'models.remove': remove })
    const result = await dispatch(handlers, { channel: 'models.remove', input: { id: 7 } })
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
    expect(JSON.stringify(result)).toContain('id')
    expect(remove).not.toHaveBeenCalled()
  })

  it('changes only the settings that were named', async () => {
    const set = vi.fn<Handlers['settings.set']>(() => Promise.reject(new Error('not looked at')))
    const handlers = handlersWith({ 'settings.set': set })
    await dispatch(handlers, { channel: 'settings.set', input: { lastAddress: '/runs' } })
    expect(set).toHaveBeenCalledWith({ lastAddress: '/runs' })
  })

  it('carries code and remedy of a thrown ActbenchError', async () => {
    const handlers = handlersWith({
      'models.list': () =>
        Promise.reject(
          new ActbenchError({
            code: 'storage',
            message: 'The disk is full.',
            remedy: 'Free space.',
          }),
        ),
    })
    const result = await dispatch(handlers, { channel: 'models.list', input: {} })
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'storage', message: 'The disk is full.', remedy: 'Free space.' },
    })
  })

  it('turns any other failure into an internal error instead of throwing', async () => {
    const handlers = handlersWith({ 'models.list': () => Promise.reject(new TypeError('bug')) })
    const result = await dispatch(handlers, { channel: 'models.list', input: {} })
    expect(result).toMatchObject({ ok: false, error: { code: 'internal', message: 'bug' } })
  })

  it('writes no report to a path that the page made up', async () => {
    const write = vi.fn<Handlers['comparisons.export']>(() => Promise.reject(new Error('written')))
    const spec = { runIds: ['r'], configurations: null, baseline: null, suites: null }
    const result = await dispatch(handlersWith({ 'comparisons.export': write }), {
      channel: 'comparisons.export',
      input: { spec, format: 'html', path: '/home/ada/.profile', includeAnswers: true },
    })
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
    expect(write).not.toHaveBeenCalled()
  })
})
