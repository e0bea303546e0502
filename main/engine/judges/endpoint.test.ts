import { afterEach, describe, expect, it } from 'vitest'
import { requireLoopback } from './endpoint-address.ts'
import { openEndpoint } from './endpoint.ts'
import { startChatServer, type Answer, type ChatServer } from './fixtures/chat-server.ts'

let server: ChatServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const limits = { timeoutMs: 2_000, retryMs: [1, 1] }

async function ask(
  answer: (count: number) => Answer | Promise<Answer>,
  signal = new AbortController().signal,
  timeoutMs = limits.timeoutMs,
) {
  server = await startChatServer((_, count) => answer(count))
  const endpoint = openEndpoint({ url: server.url, model: 'big' }, { ...limits, timeoutMs })
  return endpoint.complete({ prompt: 'Say yes', maxNewTokens: 5, signal })
}

describe('requireLoopback', () => {
  it.each([
    'http://localhost:8080/v1',
    'http://127.0.0.1/v1/',
    'https://127.9.8.7:1',
    'http://[::1]:11434/v1',
    'http://2130706433:80/v1',
  ])('takes %s', (url) => {
    expect(requireLoopback(url).href).toMatch(/^https?:\/\/(localhost|127\.|\[::1\])/)
  })

  it.each([
    'http://example.com/v1',
    'http://127.0.0.1.example.com/v1',
    'http://localhost.example.com',
    'http://10.0.0.1:8080/v1',
    'http://0.0.0.0:8080/v1',
    'http://[::ffff:10.0.0.1]/v1',
    'http://user:word@localhost/v1',
    'file:///etc/passwd',
    'localhost:8080',
    '',
  ])('refuses %s', (url) => {
    expect(() => requireLoopback(url)).toThrow(/this machine/)
  })
})

describe('openEndpoint', () => {
  it('asks greedily, with one user message, and reads the reply', async () => {
    expect(await ask(() => 'Yes')).toEqual({ text: 'Yes', tokens: 2 })
    expect(server?.requests).toEqual([
      {
        path: '/v1/chat/completions',
        body: {
          model: 'big',
          messages: [{ role: 'user', content: 'Say yes' }],
          temperature: 0,
          max_tokens: 5,
          stream: false,
        },
      },
    ])
  })

  it('takes a reply without content as nothing said', async () => {
    const body = JSON.stringify({ choices: [{ message: { content: null } }] })
    expect(await ask(() => ({ status: 200, body }))).toEqual({ text: '', tokens: null })
  })

  it('tries again after a breakdown, and gives up in the end', async () => {
    const busy: Answer = { status: 503, body: 'loading model' }
    expect((await ask((count) => (count < 3 ? busy : 'no'))).text).toBe('no')
    await server?.close()
    await expect(ask(() => busy)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('503') as unknown,
    })
    expect(server?.requests).toHaveLength(3)
  })

  it('does not repeat what the server refuses, and tells its words', async () => {
    await expect(ask(() => ({ status: 404, body: 'no such model' }))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('no such model') as unknown,
    })
    expect(server?.requests).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    const away: Answer = { status: 302, body: 'http://example.com/v1/chat/completions' }
    await expect(ask(() => away)).rejects.toMatchObject({ code: 'network' })
  })

  it('refuses other protocols, floods and silence', async () => {
    await expect(ask(() => ({ status: 200, body: '<html>' }))).rejects.toThrow(
      /expected an OpenAI chat completion/,
    )
    await server?.close()
    const flood = 'x'.repeat(2 ** 20 + 1)
    await expect(ask(() => ({ status: 200, body: flood }))).rejects.toThrow(/more than/)
    await server?.close()
    const never = new Promise<Answer>(() => undefined)
    await expect(ask(() => never, undefined, 20)).rejects.toMatchObject({ code: 'network' })
  })

  it('says that nobody listens', async () => {
    server = await startChatServer(() => 'yes')
    const { url } = server
    await server.close()
    const endpoint = openEndpoint({ url, model: 'big' }, limits)
    const { signal } = new AbortController()
    await expect(endpoint.complete({ prompt: '', maxNewTokens: 1, signal })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    })
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const asked = ask(() => {
      controller.abort()
      return new Promise<Answer>(() => undefined)
    }, controller.signal)
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })
})
