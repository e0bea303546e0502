import { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commit, sendContent, sha256, startHubServer } from './fixtures/hub-server.ts'
import { files, repo, weights, useScratchHub } from './fixtures/scratch-hub.ts'
import { startTunnel } from './fixtures/tunnel.ts'

const hub = useScratchHub()
const { cacheOf, download, opened, openLibrary, requestsFor } = hub

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
    const cache = join(hub.home, 'elsewhere')
    const library = openLibrary({ HF_HUB_CACHE: cache, HF_HOME: join(hub.home, 'not-here') })
    await download(library, { file: 'small-Q4_0.gguf' })
    expect(existsSync(join(cacheOf(cache), 'blobs'))).toBe(true)
    expect(existsSync(join(hub.home, 'not-here'))).toBe(false)
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

describe('what a person asks for', () => {
  it.each(['', 'a/b/c', '../x', 'a/..', 'a b/c'])('refuses %j as a repository', async (name) => {
    await expect(openLibrary().listHubFiles(name, null)).rejects.toMatchObject({
      code: 'invalid-input',
    })
    expect(hub.server.seen).toEqual([])
  })

  it('names the choices when a file is not there', async () => {
    await expect(download(openLibrary(), { file: 'other.gguf' })).rejects.toThrow('small-Q4_0.gguf')
  })

  it('stops when cancelled and keeps the partial file for later', async () => {
    hub.server.misbehaviours.push((request, response) => {
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
    const before = hub.server.seen.length
    const result = await download(openLibrary({ HF_HUB_OFFLINE: '1' }))
    expect(result.download.status).toBe('done')
    expect(result.models[0]?.commit).toBe(commit)
    expect(hub.server.seen.length).toBe(before)
  })

  it('says why nothing is fetched when the cache is empty', async () => {
    await expect(download(openLibrary({ HF_HUB_OFFLINE: 'true' }))).rejects.toThrow(
      'HF_HUB_OFFLINE',
    )
    expect(hub.server.seen).toEqual([])
  })
})

describe('a proxy', () => {
  it('is used when the shell names one', async () => {
    const proxy = await startTunnel()
    opened.push(proxy)
    const library = openLibrary({ HTTP_PROXY: proxy.address })
    await library.listHubFiles(repo, null)
    expect(proxy.targets).toEqual([new URL(hub.server.endpoint).host])
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
      url: `${hub.server.endpoint}/herbs.csv`,
      sha256: sha,
      fileName: 'herbs.csv',
      directory: join(hub.home, 'datasets'),
      signal: new AbortController().signal,
    })
  }

  beforeEach(() => {
    hub.server.misbehaviours.push((request, response) => {
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
    expect(readdirSync(join(hub.home, 'datasets'))).toEqual([])
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
    const path = join(hub.home, 'token-file')
    writeFileSync(path, 'hf_from_file\n')
    expect(openLibrary({ HF_TOKEN_PATH: path }).environment).toMatchObject({
      token: 'hf_from_file',
      tokenSource: path,
    })
  })
})
