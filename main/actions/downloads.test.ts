import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commit, refuse, startHubServer, type HubServer } from '../library/fixtures/hub-server.ts'
import { createLibrary, type Library } from '../library/index.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'

const repo = 'garden/small-model'
const content = Buffer.from('weights of a small model')
const csv = Buffer.from('goal,target\nName a herb,Sure\n')

let home: string
let server: HubServer
let library: Library
let scratch: Scratch
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'actbench-downloads-'))
  server = await startHubServer({
    repo,
    licence: 'mit',
    files: [
      { name: 'small-Q4_0.gguf', content, isLarge: true },
      { name: 'small-Q8_0.gguf', content, isLarge: true },
      { name: 'herbs.csv', content: csv, isLarge: false },
    ],
  })
  library = createLibrary({
    variables: { HOME: home, HF_ENDPOINT: server.endpoint },
    onDownload: () => undefined,
    policy: { attempts: 2, firstDelayMs: 1, longestDelayMs: 10, stallMs: 1000 },
  })
  scratch = openScratch({ library })
})
afterEach(async () => {
  await library.close()
  scratch.close()
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

describe('models.download', () => {
  it('registers what arrived, with repository, commit and the licence of its card', async () => {
    const listing = await scratch.actions['models.hubFiles']({ repo, revision: null })
    expect(listing.choices.map(({ file }) => file)).toEqual(['small-Q4_0.gguf', 'small-Q8_0.gguf'])
    const started = await scratch.actions['models.download']({
      repo,
      revision: null,
      file: 'small-Q4_0.gguf',
    })
    const ended = await library.downloads.wait(started.id)
    expect(ended).toMatchObject({ status: 'done', error: null })
    expect(await scratch.actions['models.list']({})).toMatchObject([
      {
        id: ended.modelId,
        name: 'small-Q4_0',
        licence: 'mit',
        source: { kind: 'hub', repo, revision: commit },
        isPresent: true,
      },
    ])
    expect(await scratch.actions['models.downloads']({})).toMatchObject([{ id: started.id }])
    expect(scratch.events).toContain('models-changed')
  })

  it('asks which file is meant', async () => {
    await expect(
      scratch.actions['models.download']({ repo, revision: null, file: null }),
    ).rejects.toThrow('small-Q8_0.gguf')
  })

  it('reports a failed transfer as the state of the download', async () => {
    server.misbehaviours.push(refuse({ part: '/resolve/', status: 500 }))
    const started = await scratch.actions['models.download']({
      repo,
      revision: null,
      file: 'small-Q4_0.gguf',
    })
    expect(await library.downloads.wait(started.id)).toMatchObject({ status: 'failed' })
    expect(await scratch.actions['models.list']({})).toEqual([])
    await scratch.actions['models.cancelDownload']({ id: started.id })
    await expect(scratch.actions['models.cancelDownload']({ id: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('suites.obtain', () => {
  function obtainFrom(sha256: string | null) {
    const { catalog } = scratch.services
    const records = catalog.suiteRecords().map((record) => ({
      ...record,
      obtain:
        record.id === 'advbench'
          ? { url: `${server.endpoint}/herbs.csv`, sha256, fileName: 'herbs.csv' }
          : record.obtain,
    }))
    return openScratch({ library, catalog: { ...catalog, suiteRecords: () => records } })
  }

  it('fetches, checks and reads the file', async () => {
    const other = obtainFrom(createHash('sha256').update(csv).digest('hex'))
    const suite = await other.actions['suites.obtain']({ suiteId: 'advbench' })
    expect(suite.dataset).toMatchObject({ origin: 'official', sampleCount: 1 })
    other.close()
  })

  it('takes nothing with another checksum', async () => {
    const other = obtainFrom('0'.repeat(64))
    await expect(other.actions['suites.obtain']({ suiteId: 'advbench' })).rejects.toMatchObject({
      code: 'network',
    })
    const listed = await other.actions['suites.list']({})
    expect(listed.find(({ id }) => id === 'advbench')?.dataset).toBeNull()
    other.close()
  })

  it('says that an embedded suite is not to be had elsewhere', async () => {
    await expect(
      scratch.actions['suites.obtain']({ suiteId: 'starter-benign' }),
    ).rejects.toMatchObject({ code: 'unsupported' })
  })
})
