/** The same configuration of TEAL has one row and one column, whenever it was stored. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '#contract/canonical'
import { loadDriver } from '../driver.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './index.ts'

const teal = (params: Record<string, unknown>) => ({
  modelId: 'm',
  interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.5, ...params } }],
})
const hashOf = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex')
const plain = teal({})
const uniform = teal({ allocation: 'uniform' })
const greedy = teal({ allocation: 'greedy' })

let sqlite: InstanceType<ReturnType<typeof loadDriver>>
beforeEach(() => {
  sqlite = new (loadDriver())(':memory:')
  sqlite.pragma('foreign_keys = ON')
  migrate(sqlite, migrations.slice(0, 8))
  sqlite.exec(`INSERT INTO models VALUES ('m', 'M', '/m', 'f', '{}', '{}', 1, NULL);
    INSERT INTO runs (id, name, created_at, plan) VALUES ('r', 'R', 1, '{}')`)
})
afterEach(() => {
  sqlite.close()
})

function store(configuration: unknown, options: { name: string; at: number; isSaved?: boolean }) {
  const { name, at, isSaved = false } = options
  const hash = hashOf(configuration)
  sqlite
    .prepare('INSERT INTO configurations VALUES (?, ?, ?, ?, ?)')
    .run(hash, canonicalJson(configuration), name, at, Number(isSaved))
  sqlite
    .prepare(
      `INSERT INTO jobs (id, run_id, configuration_hash, configuration_name, model_id,
         model_fingerprint, suite_id, suite_version, suite_options, data_hash, scorers, status,
         position, created_at)
       VALUES (?, 'r', ?, ?, 'm', 'f', 's', 1, '{}', 'd', '[]', 'done', 1, 1)`,
    )
    .run(`job of ${name}`, hash, name)
}

const rows = () =>
  sqlite.prepare('SELECT hash, configuration, name, created_at, is_saved FROM configurations').all()
const jobHashes = () =>
  sqlite.prepare('SELECT configuration_hash FROM jobs ORDER BY row_id').pluck().all()

describe('migration 9', () => {
  it('gives a configuration with the uniform allocation the hash of one without', () => {
    store(uniform, { name: 'younger', at: 7, isSaved: true })
    migrate(sqlite)
    expect(rows()).toEqual([
      {
        hash: hashOf(plain),
        configuration: canonicalJson(plain),
        name: 'younger',
        created_at: 7,
        is_saved: 1,
      },
    ])
    expect(jobHashes()).toEqual([hashOf(plain)])
  })

  it('joins the two where both were stored, under the name that a person chose', () => {
    store(plain, { name: 'of a plan', at: 3 })
    store(uniform, { name: 'of a person', at: 7, isSaved: true })
    migrate(sqlite)
    expect(rows()).toMatchObject([{ name: 'of a person', created_at: 3, is_saved: 1 }])
    expect(jobHashes()).toEqual([hashOf(plain), hashOf(plain)])
    expect(sqlite.pragma('foreign_key_check')).toEqual([])
  })

  it('leaves alone what is something else', () => {
    const other = { modelId: 'm', interventions: [{ id: 'x', params: { allocation: 'uniform' } }] }
    store(greedy, { name: 'greedy', at: 1 })
    store(other, { name: 'other', at: 2 })
    store({ modelId: 'm', systemPrompt: 'say "allocation"' }, { name: 'prompt', at: 3 })
    const before = rows()
    migrate(sqlite)
    expect(rows()).toEqual(before)
    expect(jobHashes()).toEqual(rows().map((row) => (row as { hash: string }).hash))
  })
})
