import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { JobEvent, SampleResult } from '#contract/jobs'
import { evaluate } from './evaluate.ts'
import { collect, results, tinyJob, type TinyJob } from './fixtures/tiny-job.ts'
import { scratchFolder } from './runtime/fixtures/open-tiny.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

const cacheDir = scratchFolder()
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }))

/** Runs a job and tells which sessions it opened. */
async function run(
  job: Omit<TinyJob, 'cacheDir'>,
  bench?: Workbench,
): Promise<{ events: JobEvent[]; sessions: string[] }> {
  const sessions: string[] = []
  const events = await collect(
    evaluate(await tinyJob({ ...job, cacheDir }), {
      signal: new AbortController().signal,
      log: (_, message) => {
        if (/session ready/.test(message)) sessions.push(message)
      },
      now: Date.now,
      ...(bench === undefined ? {} : { bench }),
    }),
  )
  return { events, sessions }
}

const sparsity = (value: number) => [{ id: 'activation-sparsity', params: { sparsity: value } }]

function passportOf(events: readonly JobEvent[]) {
  const issued = events.find((event) => event.type === 'passport-issued')
  return issued === undefined ? null : { ...issued.passport, issuedAt: 0 }
}

function fittedIn(events: readonly JobEvent[]) {
  return events
    .filter((event) => event.type === 'artifact-fitted')
    .map(({ key, hash, payload }) => ({ key, hash, payload }))
}

describe('a warm bench', { timeout: 60_000 }, () => {
  it('runs a sweep on one session for answers, with the results of fresh ones', async () => {
    const bench = createWorkbench()
    const counts: number[] = []
    const answers: Map<string, SampleResult>[] = []
    let last: JobEvent[] = []
    let artifacts: TinyJob['artifacts'] = []
    for (const strength of [0.3, 0.5, 0.7]) {
      const job = { jobId: `s-${strength}`, interventions: sparsity(strength), artifacts }
      const { events, sessions } = await run(job, bench)
      counts.push(sessions.length)
      answers.push(results(events))
      last = events
      artifacts = [...artifacts, ...fittedIn(events)]
    }
    // Calibration, probe of the untouched model, probe of the changed one, answers; then only the changed one's probe again.
    expect(counts).toEqual([4, 1, 1])
    expect(answers[0], 'the strengths matter').not.toEqual(answers[2])
    const cold = await run({ jobId: 'cold', interventions: sparsity(0.7) })
    expect(answers[2]).toEqual(results(cold.events))
    expect(passportOf(last)).toEqual(passportOf(cold.events))
    expect(passportOf(last)?.isVerified).toBe(true)
    await bench.close()
  })

  it('opens a new session where the graph differs', async () => {
    const bench = createWorkbench()
    const plain = await run({ jobId: 'a' }, bench)
    expect(plain.sessions).toHaveLength(1)
    const again = await run({ jobId: 'b', limit: 8 }, bench)
    expect(again.sessions).toEqual([])
    expect(results(again.events).size).toBe(8)
    const changed = await run({ jobId: 'c', interventions: sparsity(0.5) }, bench)
    expect(changed.sessions).toHaveLength(4)
    expect(results(changed.events)).not.toEqual(results(plain.events))
    await bench.close()
  })
})
