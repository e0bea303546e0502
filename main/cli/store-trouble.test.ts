import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '#contract/errors'
import { openDatabase } from '#db'
import { runActbench } from './fixtures/run-actbench.ts'

let folder: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-trouble-'))
  mkdirSync(join(folder, 'profile'))
  store = join(folder, 'profile', 'actbench.sqlite')
  openDatabase({ path: store }).close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function listRuns(): Promise<{ code: number; error: AppError }> {
  const { code, out } = await runActbench({ parameters: ['runs', 'list', '--json'], folder })
  return { code, error: (JSON.parse(out) as { error: AppError }).error }
}

describe('a store that cannot be used', () => {
  it('of a newer Actbench is named with both versions, and stays as it is', async () => {
    const newer = readFileSync(store)
    // SQLite's file header: user_version, big-endian, at byte 60.
    newer.writeUInt32BE(999, 60)
    writeFileSync(store, newer)
    const { code, error } = await listRuns()
    expect(code).toBe(1)
    expect(error).toMatchObject({ code: 'storage' })
    expect(error.message).toContain('version 999')
    expect(error.remedy).toContain('newer Actbench')
    expect(readFileSync(store).equals(newer)).toBe(true)
  })

  it('that was cut off is called damaged, and stays as it is', async () => {
    truncateSync(store, 5000)
    const before = readFileSync(store)
    const { code, error } = await listRuns()
    expect(code).toBe(1)
    expect(error).toMatchObject({ code: 'damaged-store' })
    expect(error.remedy).toContain('set the file aside')
    expect(readFileSync(store).equals(before)).toBe(true)
  })

  it('that is no store at all stays as it is', async () => {
    writeFileSync(store, 'notes of mine '.repeat(50))
    const { code, error } = await listRuns()
    expect(code).toBe(1)
    expect(error).toMatchObject({ code: 'damaged-store' })
    expect(readFileSync(store, 'utf8')).toMatch(/^notes of mine/)
  })
})
