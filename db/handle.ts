/**
 * A handle says in its type what its holder may do: a function that takes a `ReadableDb` cannot write. The connection
 * inside is reached through a symbol that only db/ knows, so no other room can slip SQL past the repositories.
 */
import type BetterSqlite3 from 'better-sqlite3'

export const connectionKey: unique symbol = Symbol('connection')
export const writeKey: unique symbol = Symbol('write')

export interface Connection {
  readonly sqlite: BetterSqlite3.Database
  /** Prepared statements by their text: preparing one costs more than running it. */
  readonly statements: Map<string, BetterSqlite3.Statement>
  /** Orderings of compared samples by what they depend on, newest last: paging on must not sort again. */
  readonly orderings: Map<string, SampleOrdering>
}

/** Samples of one comparison and filter, flips first, then by place in the suite. */
export interface SampleOrdering {
  readonly sampleIds: readonly string[]
  readonly indexes: Int32Array
  /** So many at the front are flips. */
  readonly flips: number
}

export interface ReadableDb {
  readonly [connectionKey]: Connection
}

export interface WritableDb extends ReadableDb {
  readonly [writeKey]: true
}
