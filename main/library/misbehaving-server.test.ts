import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cutAfter, refuse, sendContent, sha256, startHubServer } from './fixtures/hub-server.ts'
import { repo, weights, useScratchHub } from './fixtures/scratch-hub.ts'

const hub = useScratchHub()
const { cacheOf, download, opened, openLibrary, requestsFor } = hub

describe('a server that misbehaves', () => {
  it('goes on from the bytes present after each cut connection', async () => {
    hub.server.misbehaviours.push(
      cutAfter({ name: 'model.safetensors', content: weights, bytes: 100_000, times: 2 }),
    )
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
    const ranges = requestsFor('model.safetensors').map(({ range }) => range)
    expect(ranges).toEqual([null, 'bytes=100000-', 'bytes=200000-'])
    expect(
      readFileSync(join(result.models[0]?.path ?? '', 'model.safetensors')).equals(weights),
    ).toBe(true)
  })

  it('goes on from a partial file that an earlier process left', async () => {
    hub.server.misbehaviours.push(
      cutAfter({ name: 'model.safetensors', content: weights, bytes: 50_000, times: 1 }),
      refuse({ part: 'model.safetensors', status: 503, times: 4 }),
    )
    const first = await download(openLibrary())
    expect(first.download.status).toBe('failed')
    expect(first.download.error).toContain('503')
    const second = await download(openLibrary())
    expect(second.download.status).toBe('done')
    expect(requestsFor('model.safetensors').at(-1)?.range).toBe('bytes=50000-')
  })

  it('starts over when the server ignores the range', async () => {
    hub.server.misbehaviours.push(
      cutAfter({ name: 'model.safetensors', content: weights, bytes: 50_000, times: 1 }),
      (request, response) => {
        if (request.headers.range === undefined) return false
        response.writeHead(200, { 'content-length': weights.length }).end(weights)
        return true
      },
    )
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
  })

  it('counts a silent connection as cut', async () => {
    let isFirst = true
    hub.server.misbehaviours.push((request, response) => {
      if (!isFirst || !(request.url ?? '').endsWith('model.safetensors')) return false
      isFirst = false
      response.writeHead(200, { 'content-length': weights.length })
      response.write(weights.subarray(0, 1000))
      return true
    })
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
    expect(requestsFor('model.safetensors').map(({ range }) => range)).toEqual([
      null,
      'bytes=1000-',
    ])
  })

  it('removes a file with a wrong checksum and names both checksums', async () => {
    const wrong = Buffer.from(weights)
    wrong[5] = 1
    hub.server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('model.safetensors')) return false
      sendContent(request, response, wrong)
      return true
    })
    const result = await download(openLibrary())
    expect(result.download.status).toBe('failed')
    expect(result.download.error).toContain(`expected sha256 ${sha256(weights)}`)
    expect(result.download.error).toContain(sha256(wrong))
    expect(
      readdirSync(join(cacheOf(), 'blobs')).filter((name) => name.startsWith(sha256(weights))),
    ).toEqual([])
  })

  it('notices a wrong small file by its git blob id', async () => {
    hub.server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('tokenizer.json')) return false
      sendContent(request, response, Buffer.from('[]'))
      return true
    })
    const result = await download(openLibrary())
    expect(result.download.error).toContain('git-blob')
  })

  it('starts a resumed file anew when its beginning was foreign', async () => {
    const blobs = join(cacheOf(), 'blobs')
    mkdirSync(blobs, { recursive: true })
    writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), Buffer.alloc(10_000, 7))
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
    expect(requestsFor('model.safetensors').map(({ range }) => range)).toEqual([
      'bytes=10000-',
      null,
    ])
  })

  it('waits as long as Retry-After asks on 429', async () => {
    hub.server.misbehaviours.push(
      refuse({ part: 'model.safetensors', status: 429, headers: { 'retry-after': '1' }, times: 1 }),
    )
    const startedAt = performance.now()
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  })

  it('gives up at once when Retry-After asks for longer than anyone would wait', async () => {
    hub.server.misbehaviours.push(
      refuse({ part: 'model.safetensors', status: 429, headers: { 'retry-after': '3600' } }),
    )
    const result = await download(openLibrary())
    expect(result.download.error).toContain('wait 3600 s')
  })

  it('refuses a body longer than announced', async () => {
    hub.server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('tokenizer.json')) return false
      response.writeHead(200).end(Buffer.alloc(5000))
      return true
    })
    const result = await download(openLibrary())
    expect(result.download.error).toContain('another file')
  })

  it('says what a gated repository needs', async () => {
    hub.server.misbehaviours.push(
      refuse({ part: '/api/', status: 401, headers: { 'x-error-code': 'GatedRepo' } }),
    )
    const failure: unknown = await download(openLibrary()).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'invalid-input' })
    expect(failure).toHaveProperty('remedy', expect.stringContaining('HF_TOKEN'))
    expect(failure).toHaveProperty(
      'remedy',
      expect.stringContaining(`${hub.server.endpoint}/${repo}`),
    )
  })

  it('says so when the token may not read it', async () => {
    hub.server.misbehaviours.push(refuse({ part: '/api/', status: 403 }))
    const failure: unknown = await download(openLibrary({ HF_TOKEN: 'hf_x' })).catch(
      (thrown: unknown) => thrown,
    )
    expect(failure).toHaveProperty('remedy', expect.stringContaining('not allowed'))
  })

  it('tells an unknown repository from trouble', async () => {
    hub.server.misbehaviours.push(refuse({ part: '/api/', status: 404 }))
    await expect(download(openLibrary())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('notices when something else than the hub answers', async () => {
    hub.server.misbehaviours.push((_request, response) => {
      response.end('<html>Please log in to the hotel network</html>')
      return true
    })
    await expect(download(openLibrary())).rejects.toMatchObject({ code: 'network' })
  })

  it.each(['../../evil.gguf', '/etc/evil.gguf', 'a\\..\\evil.gguf', 'C:evil.gguf', 'a//b.gguf'])(
    'refuses the file name %s and writes nothing',
    async (name) => {
      const hostile = await startHubServer({
        repo,
        files: [{ name, content: weights, isLarge: true }],
      })
      opened.push(hostile)
      const library = openLibrary({ HF_ENDPOINT: hostile.endpoint })
      await expect(download(library)).rejects.toMatchObject({ code: 'malformed-file' })
      expect(readdirSync(hub.home)).toEqual([])
    },
  )
})
