import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDriver } from './driver.ts'
import { makeResult, now, seedRun } from './fixtures/seed.ts'
import { connectionKey } from './handle.ts'
import {
  latestVersion,
  openDatabase,
  runs,
  samples,
  setAsideDatabase,
  type Database,
} from './index.ts'
import { migrate, readVersion } from './migrate.ts'
import { migrations } from './migrations/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-db-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function fail(work: () => unknown): { code: string; message: string; remedy: string | null } {
  try {
    work()
  } catch (thrown) {
    return thrown as { code: string; message: string; remedy: string | null }
  }
  throw new Error('it did not throw')
}

describe('openDatabase', () => {
  it('creates the folder and the store, and finds everything again', () => {
    const path = join(folder, 'profile', 'actbench.db')
    const first = openDatabase({ path })
    seedRun(first.write, { jobIds: ['job-1'] })
    samples.record(first.write, { jobId: 'job-1', results: [makeResult({ index: 1 })], now })
    first.close()
    const second = openDatabase({ path })
    expect(runs.get(second.read, 'run-1').jobs[0]?.done).toBe(1)
    second.close()
    expect(readdirSync(join(folder, 'profile'))).toEqual(['actbench.db'])
  })

  it('gives no power to write when opened to be read only', () => {
    const path = join(folder, 'a.db')
    openDatabase({ path }).close()
    const database = openDatabase({ path, readOnly: true })
    expect(runs.list(database.read)).toEqual([])
    expect(fail(() => database.write)).toMatchObject({ code: 'storage' })
    database.close()
  })

  it('never takes a damaged store for a new one', () => {
    const path = join(folder, 'a.db')
    const database = openDatabase({ path })
    seedRun(database.write, { jobIds: ['job-1'] })
    database.close()
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 4096, bytes.length)
    writeFileSync(path, bytes)
    const error = fail(() => openDatabase({ path }))
    expect(error).toMatchObject({ code: 'damaged-store' })
    expect(error.message).toContain(path)
    expect(error.remedy).toContain('.corrupt.')
    expect(readFileSync(path).equals(bytes), 'the damaged file was changed').toBe(true)
  })

  it.each([
    ['text in place of a store', 'this is not a database, but long enough to have a header....'],
    ['an empty file', ''],
  ])('refuses %s', (_, content) => {
    const path = join(folder, 'a.db')
    writeFileSync(path, content.repeat(100))
    expect(fail(() => openDatabase({ path }))).toMatchObject({ code: 'damaged-store' })
    expect(readFileSync(path, 'utf8')).toBe(content.repeat(100))
  })

  it('refuses a truncated store', () => {
    const path = join(folder, 'a.db')
    openDatabase({ path }).close()
    truncateSync(path, 3 * 4096)
    expect(fail(() => openDatabase({ path }))).toMatchObject({ code: 'damaged-store' })
  })

  it('sets a damaged store aside only when asked', () => {
    const path = join(folder, 'a.db')
    writeFileSync(path, 'broken'.repeat(1000))
    const aside = setAsideDatabase(path, new Date(now))
    expect(aside).toBe(`${path}.corrupt.2023-11-14T22-13-20.000Z`)
    expect(readFileSync(aside, 'utf8')).toBe('broken'.repeat(1000))
    openDatabase({ path }).close()
  })

  it('refuses a newer schema and names both versions', () => {
    const path = join(folder, 'a.db')
    openDatabase({ path }).close()
    const sqlite = new (loadDriver())(path)
    sqlite.pragma(`user_version = ${latestVersion() + 7}`)
    sqlite.close()
    const { code, message } = fail(() => openDatabase({ path }))
    expect(code).toBe('storage')
    expect(message).toContain(String(latestVersion() + 7))
    expect(message).toContain(`up to ${latestVersion()}`)
  })

  it("refuses another program's SQLite file", () => {
    const path = join(folder, 'a.db')
    const sqlite = new (loadDriver())(path)
    sqlite.exec('CREATE TABLE bookmarks (url TEXT)')
    sqlite.close()
    expect(fail(() => openDatabase({ path })).message).toContain('another program')
  })

  it('says so when the place cannot hold a store', () => {
    const blocker = join(folder, 'file')
    writeFileSync(blocker, '')
    const error = fail(() => openDatabase({ path: join(blocker, 'a.db') }))
    expect(error).toMatchObject({ code: 'storage' })
    expect(error.remedy).not.toBeNull()
  })

  it('names the full disk, undoes the write and keeps what was committed', () => {
    const path = join(folder, 'a.db')
    const database = openDatabase({ path })
    seedRun(database.write, { jobIds: ['job-1'] })
    samples.record(database.write, { jobId: 'job-1', results: [makeResult({ index: 0 })], now })
    limitPages(database)
    const many = Array.from({ length: 400 }, (_, index) =>
      makeResult({ index: index + 1, answer: 'long '.repeat(200) }),
    )
    const error = fail(() => samples.record(database.write, { jobId: 'job-1', results: many, now }))
    expect(error).toMatchObject({ code: 'resource-exhausted' })
    expect(error.remedy).toContain('Free some space')
    expect(samples.doneIds(database.read, { jobId: 'job-1', errors: true })).toEqual(['s-000000'])
    expect(runs.get(database.read, 'run-1').jobs[0]?.done).toBe(1)
    database.close()
  })
})

/** A connection's own limit stands for a full disk: SQLite answers SQLITE_FULL above it. */
function limitPages(database: Database): void {
  database.read[connectionKey].sqlite.pragma('max_page_count = 60')
}

describe('migrate', () => {
  it('brings every released version up to date, with data in it', () => {
    for (let from = 1; from <= migrations.length; from += 1) {
      const sqlite = new (loadDriver())(':memory:')
      sqlite.pragma('foreign_keys = ON')
      migrate(sqlite, migrations.slice(0, from))
      expect(readVersion(sqlite)).toBe(from)
      fill(sqlite, from)
      migrate(sqlite)
      expect(readVersion(sqlite), `from version ${from}`).toBe(latestVersion())
      expect(sqlite.pragma('foreign_key_check')).toEqual([])
      expect(sqlite.prepare('SELECT value FROM settings').pluck().all()).toEqual(['1'])
      if (from >= 3) {
        const found = sqlite
          .prepare(`SELECT rowid FROM sample_search WHERE sample_search MATCH '"zebra"'`)
          .pluck()
          .all()
        expect(found, `text of version ${from} is found`).toEqual([1])
      }
      sqlite.close()
    }
  })

  it('applies a migration whole or not at all', () => {
    const sqlite = new (loadDriver())(':memory:')
    const broken = [
      ...migrations,
      {
        version: latestVersion() + 1,
        title: 'broken',
        sql: 'CREATE TABLE half (a TEXT) STRICT; SELECT nonsense;',
      },
    ]
    expect(() => migrate(sqlite, broken)).toThrow(/nonsense/)
    expect(readVersion(sqlite)).toBe(latestVersion())
    const half = sqlite.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`)
    expect(half.pluck().get()).toBe(0)
    sqlite.close()
  })

  it('numbers its steps without gaps and keeps every table STRICT', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(
      migrations.map((_, index) => index + 1),
    )
    const sqlite = new (loadDriver())(':memory:')
    migrate(sqlite)
    const loose = sqlite
      .prepare(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
         AND strict = 0 AND name NOT LIKE 'sqlite%'`,
      )
      .pluck()
      .all()
    expect(loose).toEqual([])
    sqlite.close()
  })
})

/** Rows as they could have been written by the version `from`. */
function fill(sqlite: InstanceType<ReturnType<typeof loadDriver>>, from: number): void {
  sqlite.exec(`INSERT INTO settings VALUES ('a', '1');
    INSERT INTO models VALUES ('m', 'M', '/m', 'f', '{}', '{}', 1, NULL);
    INSERT INTO configurations VALUES ('h', '{}', 'C', 1, 0)`)
  if (from < 2) return
  sqlite.exec(`INSERT INTO runs (id, name, created_at, plan) VALUES ('r', 'R', 1, '{}');
    INSERT INTO jobs (row_id, id, run_id, configuration_hash, configuration_name, model_id,
      model_fingerprint, suite_id, suite_version, suite_options, data_hash, scorers, status,
      position, created_at)
    VALUES (1, 'j', 'r', 'h', 'C', 'm', 'f', 's', 1, '{}', 'd', '[]', 'done', 1, 1)`)
  if (from < 3) return
  sqlite.exec(`INSERT INTO samples VALUES
      (1, 1, 's', 0, NULL, NULL, 'refuse', 'x', 'stop', 1, 1, 1.0, NULL, 1);
    INSERT INTO sample_texts (row_id, prompt, answer, rendered_prompt, token_ids, token_log_probs,
       metadata) VALUES (1, 'a prompt', 'a zebra', NULL, NULL, NULL, '{}')`)
}
