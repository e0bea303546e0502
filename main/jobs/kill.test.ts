/** kill -9 of either process in the middle of a job: it resumes, and no sample is lost or doubled. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jobs, openDatabase, samples, scores } from '#db'
import {
  isProcessAlive,
  makeFolder,
  openBench,
  seed,
  until,
  type Folder,
} from './fixtures/queue-bench.ts'

const queueProcess = fileURLToPath(new URL('fixtures/queue-process.ts', import.meta.url))

let folder: Folder
beforeEach(() => {
  folder = makeFolder()
})
afterEach(() => {
  rmSync(folder.path, { recursive: true, force: true })
})

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `s-${String(index).padStart(4, '0')}`)

describe('kill -9', () => {
  it.each([1, 40])('of the engine behind sample %i', async (after) => {
    const { db, queue } = openBench({ folder, script: { samples: 120, delayMs: 5 } })
    seed(db, folder, ['a'])
    queue.start()
    await until('some samples', () => jobs.get(db.read, 'a').done >= after)
    process.kill(queue.enginePid()!, 'SIGKILL')
    await queue.settled(['a'])
    expect(samples.doneIds(db.read, { jobId: 'a', errors: true })).toEqual(ids(120))
    expect(jobs.get(db.read, 'a')).toMatchObject({ status: 'done', attempts: 2, failed: 0 })
    await queue.close()
    db.close()
  })

  it.each([25])('of the owner behind sample %i, then again of the next owner', async (after) => {
    const database = openDatabase({ path: folder.store })
    seed(database, folder, ['a', 'b'])
    const journal = join(folder.path, 'journal')
    const script = { samples: 80, delayMs: 8, journal }
    for (const more of [after, 20]) {
      const goal = jobs.get(database.read, 'a').done + more
      const child = spawn(process.execPath, [queueProcess, folder.path, JSON.stringify(script)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      await until('samples of the other process', () => jobs.get(database.read, 'a').done >= goal)
      child.kill('SIGKILL')
      await new Promise((resolve) => child.on('close', resolve))
      const enginePid = Number(/engine (\d+)/.exec(output)?.[1])
      await until('the end of the orphaned engine', () => !isProcessAlive(enginePid))
      expect(jobs.get(database.read, 'a').status, 'nobody has looked yet').toBe('running')
      const { db, queue } = openBench({ folder, script })
      queue.start({ runIds: [] })
      expect(jobs.get(db.read, 'a').status).toBe('interrupted')
      await queue.resumeInterrupted()
      expect(jobs.get(db.read, 'a').status).toBe('queued')
      await queue.close()
      db.close()
    }
    const { db, queue } = openBench({ folder, script })
    queue.start()
    await queue.settled(['a', 'b'])
    for (const id of ['a', 'b']) {
      expect(samples.doneIds(db.read, { jobId: id, errors: true })).toEqual(ids(80))
      const scored = scores.forJobs(db.read, [id]).get(id)!
      expect(scored.every((sample) => sample.scores.length === 1)).toBe(true)
      expect(jobs.get(db.read, id)).toMatchObject({ status: 'done', done: 80 })
    }
    expect(jobs.get(db.read, 'a').attempts).toBe(3)
    const ran = readFileSync(journal, 'utf8').trim().split('\n').length
    expect(ran, 'only what had not been committed ran again').toBeLessThan(160 + 2 * 64)
    await queue.close()
    db.close()
    database.close()
  })
})
