import { createHash } from 'node:crypto'
import type BetterSqlite3 from 'better-sqlite3'
import { canonicalJson } from '#contract/canonical'
import type { Migration } from './types.ts'

/**
 * For a while TEAL's configurations were stored with `allocation: uniform`, which says what they did before there was a choice, and
 * had another hash for it: the same configuration stood in two columns of a comparison.
 */
export const leaveUniformOut: Migration = {
  version: 9,
  title: 'leave uniform out',
  sql: '',
  rewrite: (sqlite) => {
    const rows = sqlite
      .prepare<[], Row>(`SELECT * FROM configurations WHERE configuration LIKE '%"allocation"%'`)
      .all()
    for (const row of rows) renew(sqlite, row)
  },
}

interface Row {
  readonly hash: string
  readonly configuration: string
  readonly name: string
  readonly created_at: number
  readonly is_saved: number
}

interface Uses {
  readonly interventions?: readonly {
    readonly id: string
    readonly params: Record<string, unknown>
  }[]
}

function renew(sqlite: BetterSqlite3.Database, row: Row): void {
  const configuration = withoutUniform(row.configuration)
  if (configuration === row.configuration) return
  const hash = createHash('sha256').update(configuration).digest('hex')
  // Where both were stored, a name that a person chose outweighs one of a plan.
  sqlite
    .prepare<Row>(
      `INSERT INTO configurations (hash, configuration, name, created_at, is_saved)
       VALUES (@hash, @configuration, @name, @created_at, @is_saved)
       ON CONFLICT (hash) DO UPDATE SET
         name = iif(excluded.is_saved > is_saved, excluded.name, name),
         created_at = min(created_at, excluded.created_at),
         is_saved = max(is_saved, excluded.is_saved)`,
    )
    .run({ ...row, hash, configuration })
  sqlite
    .prepare('UPDATE jobs SET configuration_hash = ? WHERE configuration_hash = ?')
    .run(hash, row.hash)
  sqlite.prepare('DELETE FROM configurations WHERE hash = ?').run(row.hash)
}

function withoutUniform(text: string): string {
  const { interventions, ...rest } = JSON.parse(text) as Uses
  if (interventions === undefined) return text
  return canonicalJson({
    ...rest,
    interventions: interventions.map(({ id, params: { allocation, ...params } }) => ({
      id,
      params:
        id === 'activation-sparsity' && allocation === 'uniform'
          ? params
          : { ...params, allocation },
    })),
  })
}
