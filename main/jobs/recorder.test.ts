/** Speeds and times of a job are the engine's own, however late its events arrive. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobEvent } from '#contract/jobs'
import { jobs, openDatabase, type Database } from '#db'
import { makeResult, seedRun } from '../../db/fixtures/seed.ts'
import { createRecorder, type Recorder } from './recorder.ts'

const begin = 1_000_000
let now = begin
let db: Database
let recorder: Recorder
beforeEach(() => {
  now = begin
  db = openDatabase({ path: ':memory:' })
  seedRun(db.write, { jobIds: ['a'] })
  recorder = createRecorder({
    db: db.write,
    job: jobs.get(db.read, 'a'),
    verdicts: null,
    emit: () => undefined,
    clock: () => now,
    onCommit: () => undefined,
    onFailure: (thrown) => {
      throw thrown
    },
  })
})
afterEach(() => {
  recorder.close()
  db.close()
})

/** 26 samples, each of which took the model four seconds, from the tenth second on: what the engine told, and when. */
function story(): { at: number; event: JobEvent }[] {
  const results = Array.from({ length: 26 }, (_, index) => makeResult({ index }))
  return results.flatMap((result, index) => {
    const at = begin + 10_000 + index * 4_000
    return [
      { at, event: { type: 'samples-started', samples: [result.sample] } },
      { at: at + 4_000, event: { type: 'tokens-generated', count: 8 } },
      { at: at + 4_000, event: { type: 'sample-scored', result } },
    ]
  })
}
const workMs = 26 * 4_000
const endedAt = begin + 10_000 + workMs

/** Writes once a second up to `until`, as the recorder's own timer does. */
function writeEverySecond(until: number): void {
  while (now < until) {
    now = Math.min(now + 1_000, until)
    recorder.flush()
  }
}

function end(at: number): void {
  recorder.push({ type: 'job-ended', status: 'done', error: null, peakMemoryBytes: null }, at)
  recorder.flush()
}

const stored = () => jobs.get(db.read, 'a')

describe('createRecorder', () => {
  it('counts the time in which samples were with the model, as they come', () => {
    for (const { at, event } of story()) {
      writeEverySecond(at)
      recorder.push(event, at)
    }
    end(endedAt)
    expect(stored()).toMatchObject({ done: 26, activeMs: 10_000 + workMs, generatingMs: workMs })
    expect(recorder.live().samplesPerSecond).toBeCloseTo(1 / 4, 6)
    expect(recorder.live().tokensPerSecond).toBeCloseTo(2, 6)
  })

  it('has the same figures when all events arrive together, long after the end', () => {
    writeEverySecond(endedAt + 60_000)
    const late = story()
    for (const { at, event } of late.slice(0, 60)) recorder.push(event, at)
    now += 300
    recorder.flush()
    for (const { at, event } of late.slice(60)) recorder.push(event, at)
    now += 300
    recorder.flush()
    const { samplesPerSecond } = recorder.live()
    expect(samplesPerSecond, 'at most the pace of the engine').toBeLessThanOrEqual(1 / 4)
    end(endedAt)
    expect(stored()).toMatchObject({ done: 26, generatingMs: workMs })
  })

  it('does not count the time in which the machine slept', () => {
    const [first, , scored] = story()
    writeEverySecond(first!.at)
    recorder.push(first!.event, first!.at)
    recorder.flush()
    now += 8 * 60 * 60_000
    recorder.push(scored!.event, now)
    recorder.flush()
    end(now)
    expect(stored()).toMatchObject({ activeMs: 20_000, generatingMs: 10_000 })
  })

  it('counts nothing as generating in a job that gave the model nothing', () => {
    writeEverySecond(begin + 5_000)
    end(begin + 5_000)
    expect(stored()).toMatchObject({ activeMs: 5_000, generatingMs: 0 })
  })
})
