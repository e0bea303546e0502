/** kill -9 of either process in the middle of a job: it resumes, and no sample is lost or doubled. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jobs, openDatabase, samples, scores, type Database } from '#db'
import {
  isProcessAlive,
  makeFolder,
  openBench,
  seed,
  until,
  type Folder,
} from './fixtures/queue-bench.ts'
import type { Script } from './fixtures/scripted-worker.ts'

const queueProcess = fileURLToPath(new URL('fixtures/queue-process.ts', import.meta.url))

let folder: Folder
beforeEach(() => {
  folder = makeFolder()
})
afterEach(() => {
  rmSync(folder.path, { recursive: true, force: true })
})

const count = 80

describe('kill -9', () => {
  it.each(['s-0001', 's-0040'])('of the engine while it has sample %s', async (holdAt) => {
    const gate = join(folder.path, 'gate')
    const { db, queue } = openBench({ folder, script: { samples: count, holdAt, gate } })
    seed(db, folder, ['a'])
    queue.start()
    const before = Math.floor(Number(holdAt.slice(2)) / 4) * 4
    await until('all samples before it', () => {
      const { done, total } = jobs.get(db.read, 'a')
      return total !== null && done === before
    })
    process.kill(queue.enginePids()[0]!, 'SIGKILL')
    await until('another attempt', () => jobs.get(db.read, 'a').attempts === 2)
    writeFileSync(gate, '')
    await queue.settled(['a'])
    expectWhole(db, 'a')
    expect(jobs.get(db.read, 'a').attempts).toBe(2)
    await queue.close()
    db.close()
  })

  it('of the owner, then of the next owner: the job is interrupted each time, and resumes', async () => {
    const database = openDatabase({ path: folder.store })
    seed(database, folder, ['a', 'b'])
    const journal = join(folder.path, 'journal')
    for (const holdAt of ['s-0024', 's-0060']) {
      const enginePid = await killOwnerAt(database, { samples: count, journal, holdAt })
      await until('the end of the orphaned engine', () => !isProcessAlive(enginePid))
      expect(jobs.get(database.read, 'a').status, 'nobody has looked yet').toBe('running')
      const { db, queue } = openBench({ folder, script: { samples: count } })
      queue.start({ runIds: [] })
      expect(jobs.get(db.read, 'a').status).toBe('interrupted')
      await queue.resumeInterrupted()
      expect(jobs.get(db.read, 'a').status).toBe('queued')
      await queue.close()
      db.close()
    }
    const { db, queue } = openBench({ folder, script: { samples: count, journal } })
    queue.start()
    await queue.settled(['a', 'b'])
    expectWhole(db, 'a')
    expectWhole(db, 'b')
    expect(jobs.get(db.read, 'a').attempts).toBe(3)
    const ran = readFileSync(journal, 'utf8').trim().split('\n')
    expect(ran, 'what was committed did not run again').toHaveLength(2 * count)
    expect(new Set(ran).size).toBe(2 * count)
    await queue.close()
    db.close()
    database.close()
  })
})

/** Kills a process whose queue has stored everything before `holdAt`, and returns the pid of its engine. */
async function killOwnerAt(
  database: Database,
  script: Script & { holdAt: string },
): Promise<number> {
  const child = spawn(process.execPath, [queueProcess, folder.path, JSON.stringify(script)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const before = Number(script.holdAt.slice(2))
  await until('samples of the other process', () => {
    return jobs.get(database.read, 'a').done === before && /engine \d+\n/.test(output)
  })
  child.kill('SIGKILL')
  await new Promise((resolve) => child.on('close', resolve))
  return Number(/engine (\d+)/.exec(output)![1])
}

function expectWhole(db: Database, id: string): void {
  const ids = Array.from({ length: count }, (_, index) => `s-${String(index).padStart(4, '0')}`)
  expect(samples.doneIds(db.read, { jobId: id, errors: true })).toEqual(ids)
  const scored = [...scores.forJobs(db.read, [id]).get(id)!]
  expect(scored.every((sample) => sample.scores.length === 1)).toBe(true)
  expect(jobs.get(db.read, id)).toMatchObject({ status: 'done', done: count, failed: 0 })
}
