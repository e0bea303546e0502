import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Download } from '#contract/models'
import {
  commit,
  cutAfter,
  refuse,
  sendContent,
  sha256,
  startHubServer,
  type HubServer,
  type ServedFile,
} from './fixtures/hub-server.ts'
import { startTunnel } from './fixtures/tunnel.ts'
import { createLibrary, type HubModel, type Library } from './index.ts'

const repo = 'garden/small-model'
const weights = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251))
const files: readonly ServedFile[] = [
  { name: 'README.md', content: Buffer.from('# A model\n'), isLarge: false },
  { name: 'config.json', content: Buffer.from('{"model_type":"llama"}'), isLarge: false },
  { name: 'tokenizer.json', content: Buffer.from('{}'), isLarge: false },
  { name: 'model.safetensors', content: weights, isLarge: true },
  { name: 'small-Q4_0.gguf', content: weights.subarray(0, 70_000), isLarge: true },
]

let home: string
let server: HubServer
const opened: { close: () => Promise<void> }[] = []

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'actbench-library-'))
  server = await startHubServer({ repo, files })
  opened.push(server)
})

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.close()
  rmSync(home, { recursive: true, force: true })
})

function openLibrary(variables: Record<string, string> = {}): Library {
  const library = createLibrary({
    variables: { HOME: home, HF_ENDPOINT: server.endpoint, ...variables },
    onDownload: () => undefined,
    policy: { attempts: 4, firstDelayMs: 2, longestDelayMs: 3000, stallMs: 300 },
  })
  opened.push(library)
  return library
}

async function download(
  library: Library,
  wanted: { file?: string | null; revision?: string | null; repo?: string } = {},
): Promise<{ download: Download; models: HubModel[] }> {
  const models: HubModel[] = []
  const started = await library.downloads.start({
    repo: wanted.repo ?? repo,
    revision: wanted.revision ?? null,
    file: wanted.file ?? null,
    register: (model) => {
      models.push(model)
      return Promise.resolve('small-model@0123')
    },
  })
  return { download: await library.downloads.wait(started.id), models }
}

function cacheOf(folder = join(home, '.cache', 'huggingface', 'hub')): string {
  return join(folder, 'models--garden--small-model')
}

function requestsFor(name: string) {
  return server.seen.filter(({ path }) => path.endsWith(name))
}

describe('a download that goes well', () => {
  it('lays the safetensors set out as the hub cache does, pinned to the commit', async () => {
    const result = await download(openLibrary())
    expect(result.download).toMatchObject({
      status: 'done',
      revision: commit,
      modelId: 'small-model@0123',
    })
    const snapshot = join(cacheOf(), 'snapshots', commit)
    expect(result.models).toEqual([{ repo, commit, licence: 'apache-2.0', path: snapshot }])
    expect(readdirSync(snapshot).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
    ])
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true)
    expect(readlinkSync(join(snapshot, 'model.safetensors'))).toBe(`../../blobs/${sha256(weights)}`)
    expect(readFileSync(join(cacheOf(), 'refs', 'main'), 'utf8')).toBe(commit)
    expect(readdirSync(join(cacheOf(), 'blobs')).filter((name) => name.includes('.'))).toEqual([])
  })

  it('takes one GGUF file by name and counts every byte', async () => {
    const result = await download(openLibrary(), { file: 'small-Q4_0.gguf' })
    expect(result.download).toMatchObject({ status: 'done', doneBytes: 70_000, sizeBytes: 70_000 })
    expect(result.models[0]?.path.endsWith('small-Q4_0.gguf')).toBe(true)
  })

  it('fetches nothing that the cache already holds', async () => {
    await download(openLibrary())
    const before = requestsFor('model.safetensors').length
    const again = await download(openLibrary())
    expect(again.download.status).toBe('done')
    expect(requestsFor('model.safetensors').length).toBe(before)
  })

  it('lists what could be registered', async () => {
    const listing = await openLibrary().listHubFiles(repo, null)
    expect(listing).toEqual({
      repo,
      revision: commit,
      licence: 'apache-2.0',
      choices: [
        { file: null, title: 'safetensors', sizeBytes: 300_024 },
        { file: 'small-Q4_0.gguf', title: 'small-Q4_0.gguf', sizeBytes: 70_000 },
      ],
    })
  })

  it('honours HF_HUB_CACHE before HF_HOME', async () => {
    const cache = join(home, 'elsewhere')
    const library = openLibrary({ HF_HUB_CACHE: cache, HF_HOME: join(home, 'not-here') })
    await download(library, { file: 'small-Q4_0.gguf' })
    expect(existsSync(join(cacheOf(cache), 'blobs'))).toBe(true)
    expect(existsSync(join(home, 'not-here'))).toBe(false)
  })

  it('sends the token to the hub, but not to the host that a large file is redirected to', async () => {
    const store = await startHubServer({ repo, files })
    opened.push(store)
    const redirecting = await startHubServer({ repo, files, largeFilesAt: `${store.endpoint}/lfs` })
    opened.push(redirecting)
    const library = openLibrary({ HF_TOKEN: 'hf_secret', HF_ENDPOINT: redirecting.endpoint })
    const result = await download(library)
    expect(result.download.status).toBe('done')
    expect(
      redirecting.seen.every(({ authorization }) => authorization === 'Bearer hf_secret'),
    ).toBe(true)
    expect(store.seen.map(({ path }) => path)).toEqual(['/lfs/model.safetensors'])
    expect(store.seen[0]?.authorization).toBeNull()
  })
})

describe('a server that misbehaves', () => {
  it('goes on from the bytes present after each cut connection', async () => {
    server.misbehaviours.push(
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
    server.misbehaviours.push(
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
    server.misbehaviours.push(
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
    server.misbehaviours.push((request, response) => {
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
    server.misbehaviours.push((request, response) => {
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
    server.misbehaviours.push((request, response) => {
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
    server.misbehaviours.push(
      refuse({ part: 'model.safetensors', status: 429, headers: { 'retry-after': '1' }, times: 1 }),
    )
    const startedAt = performance.now()
    const result = await download(openLibrary())
    expect(result.download.status).toBe('done')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  })

  it('gives up at once when Retry-After asks for longer than anyone would wait', async () => {
    server.misbehaviours.push(
      refuse({ part: 'model.safetensors', status: 429, headers: { 'retry-after': '3600' } }),
    )
    const result = await download(openLibrary())
    expect(result.download.error).toContain('wait 3600 s')
  })

  it('refuses a body longer than announced', async () => {
    server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('tokenizer.json')) return false
      response.writeHead(200).end(Buffer.alloc(5000))
      return true
    })
    const result = await download(openLibrary())
    expect(result.download.error).toContain('another file')
  })

  it('says what a gated repository needs', async () => {
    server.misbehaviours.push(
      refuse({ part: '/api/', status: 401, headers: { 'x-error-code': 'GatedRepo' } }),
    )
    const failure: unknown = await download(openLibrary()).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'invalid-input' })
    expect(failure).toHaveProperty('remedy', expect.stringContaining('HF_TOKEN'))
    expect(failure).toHaveProperty('remedy', expect.stringContaining(`${server.endpoint}/${repo}`))
  })

  it('says so when the token may not read it', async () => {
    server.misbehaviours.push(refuse({ part: '/api/', status: 403 }))
    const failure: unknown = await download(openLibrary({ HF_TOKEN: 'hf_x' })).catch(
      (thrown: unknown) => thrown,
    )
    expect(failure).toHaveProperty('remedy', expect.stringContaining('not allowed'))
  })

  it('tells an unknown repository from trouble', async () => {
    server.misbehaviours.push(refuse({ part: '/api/', status: 404 }))
    await expect(download(openLibrary())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('notices when something else than the hub answers', async () => {
    server.misbehaviours.push((_request, response) => {
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
      expect(readdirSync(home)).toEqual([])
    },
  )
})

describe('what a person asks for', () => {
  it.each(['', 'a/b/c', '../x', 'a/..', 'a b/c'])('refuses %j as a repository', async (name) => {
    await expect(openLibrary().listHubFiles(name, null)).rejects.toMatchObject({
      code: 'invalid-input',
    })
    expect(server.seen).toEqual([])
  })

  it('names the choices when a file is not there', async () => {
    await expect(download(openLibrary(), { file: 'other.gguf' })).rejects.toThrow('small-Q4_0.gguf')
  })

  it('stops when cancelled and keeps the partial file for later', async () => {
    server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('model.safetensors')) return false
      response.writeHead(200, { 'content-length': weights.length })
      response.write(weights.subarray(0, 20_000))
      return true
    })
    const library = openLibrary()
    const started = await library.downloads.start({
      repo,
      revision: null,
      file: null,
      register: () => Promise.reject(new Error('must not be registered')),
    })
    const partial = join(cacheOf(), 'blobs', `${sha256(weights)}.incomplete`)
    await expect.poll(() => existsSync(partial)).toBe(true)
    library.downloads.cancel(started.id)
    expect(await library.downloads.wait(started.id)).toMatchObject({
      status: 'cancelled',
      error: null,
    })
    expect(existsSync(partial)).toBe(true)
    expect(existsSync(`${partial}.lock`)).toBe(false)
  })
})

describe('offline', () => {
  it('uses what the cache holds and asks nobody', async () => {
    await download(openLibrary())
    const before = server.seen.length
    const result = await download(openLibrary({ HF_HUB_OFFLINE: '1' }))
    expect(result.download.status).toBe('done')
    expect(result.models[0]?.commit).toBe(commit)
    expect(server.seen.length).toBe(before)
  })

  it('says why nothing is fetched when the cache is empty', async () => {
    await expect(download(openLibrary({ HF_HUB_OFFLINE: 'true' }))).rejects.toThrow(
      'HF_HUB_OFFLINE',
    )
    expect(server.seen).toEqual([])
  })
})

describe('a proxy', () => {
  it('is used when the shell names one', async () => {
    const proxy = await startTunnel()
    opened.push(proxy)
    const library = openLibrary({ HTTP_PROXY: proxy.address })
    await library.listHubFiles(repo, null)
    expect(proxy.targets).toEqual([new URL(server.endpoint).host])
  })

  it('is left aside for hosts in NO_PROXY', async () => {
    const proxy = await startTunnel()
    opened.push(proxy)
    const library = openLibrary({ HTTP_PROXY: proxy.address, NO_PROXY: '127.0.0.1' })
    await library.listHubFiles(repo, null)
    expect(proxy.targets).toEqual([])
  })
})

describe('a full disk', () => {
  it('is noticed before the first byte', async () => {
    const sizes = await startHubServer({ repo, files })
    opened.push(sizes)
    sizes.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').startsWith('/api/')) return false
      const lfs = { sha256: 'a'.repeat(64), size: 8e15 }
      response.end(JSON.stringify({ sha: commit, siblings: [{ rfilename: 'huge.gguf', lfs }] }))
      return true
    })
    const result = await download(openLibrary({ HF_ENDPOINT: sizes.endpoint }))
    expect(result.download.error).toContain('GB free')
    expect(sizes.seen.length).toBe(1)
  })
})

describe('datasets', () => {
  const csv = Buffer.from('goal,target\nName three herbs,Sure\n')

  async function obtain(sha: string | null): Promise<string> {
    return openLibrary().obtainDataset({
      url: `${server.endpoint}/herbs.csv`,
      sha256: sha,
      fileName: 'herbs.csv',
      directory: join(home, 'datasets'),
      signal: new AbortController().signal,
    })
  }

  beforeEach(() => {
    server.misbehaviours.push((request, response) => {
      if (!(request.url ?? '').endsWith('herbs.csv')) return false
      sendContent(request, response, csv)
      return true
    })
  })

  it('stores the file under its name', async () => {
    expect(readFileSync(await obtain(sha256(csv))).equals(csv)).toBe(true)
    expect(readFileSync(await obtain(null)).equals(csv)).toBe(true)
  })

  it('keeps nothing of a file with another checksum', async () => {
    await expect(obtain('0'.repeat(64))).rejects.toMatchObject({ code: 'network' })
    expect(readdirSync(join(home, 'datasets'))).toEqual([])
  })
})

describe('what is shown of the environment', () => {
  it('never shows a token or a password', () => {
    const shown = openLibrary({
      HF_TOKEN: 'hf_secret',
      HTTPS_PROXY: 'http://anna:word@proxy.example:3128',
      NO_PROXY: '*',
    }).describeEnvironment()
    expect(shown).toMatchObject({ HF_TOKEN: 'set', HTTPS_PROXY: 'http://***@proxy.example:3128' })
    expect(JSON.stringify(shown)).not.toContain('secret')
    expect(JSON.stringify(shown)).not.toContain('word')
  })

  it('reads a token file where HF_TOKEN is not set', () => {
    const path = join(home, 'token-file')
    writeFileSync(path, 'hf_from_file\n')
    expect(openLibrary({ HF_TOKEN_PATH: path }).environment).toMatchObject({
      token: 'hf_from_file',
      tokenSource: path,
    })
  })
})
