/** Entry of the reader's thread: its own connection to the store, and nothing that writes. */
import { parentPort, workerData } from 'node:worker_threads'
import * as catalog from '#engine/catalog'
import { toAppError, type Result } from '#contract/errors'
import { openDatabase, type Database } from '#db'
import type { ReaderPlace, ReaderReply, ReaderRequest } from './reader.ts'
import { perform } from './readings.ts'

const { storePath } = workerData as ReaderPlace
/** Opened at the first question: what is wrong with the store is an answer, not the end of the thread. */
let db: Database | null = null

parentPort?.on('message', ({ id, name, input }: ReaderRequest) => {
  const reply: ReaderReply = { id, result: answer(name, input) }
  parentPort?.postMessage(reply)
})

function answer(name: ReaderRequest['name'], input: unknown): Result<unknown> {
  try {
    db ??= openDatabase({ path: storePath, readOnly: true })
    // Checked where it came into this process; `name` and `input` were sent together.
    const value = perform({ db, catalog, clock: Date.now }, name, input as never)
    return { ok: true, value }
  } catch (thrown) {
    return { ok: false, error: toAppError(thrown) }
  }
}
