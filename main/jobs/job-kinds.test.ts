/** Jobs beside evaluations: judging the answers of another job, and studies. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JobTask } from '#contract/jobs'
import { analyses, jobs, judged, scores, type NewJob } from '#db'
import { seed, until, type Bench } from './fixtures/queue-bench.ts'
import { jobOf, useBenches } from './fixtures/use-benches.ts'

const benches = useBenches()

/** A further job in the run of job `like`. */
function add(bench: Bench, id: string, options: { like?: string; task: JobTask }): void {
  const { like = 'a', task } = options
  const source = jobOf(bench, like)
  const { modelFingerprint } = jobs.order(bench.db.read, like)
  const job: NewJob = {
    ...source,
    id,
    kind: task.kind,
    task,
    modelFingerprint,
    scorers: [],
    batchSize: null,
    threads: null,
  }
  jobs.create(bench.db.write, [job])
}

const judging = (sourceJobId: string): JobTask => ({
  kind: 'judging',
  sourceJobId,
  use: { rubric: 'test', by: { kind: 'endpoint', url: 'http://127.0.0.1:1/v1', model: 'judge' } },
})

function verdicts(bench: Bench, id = 'a'): string[] {
  const samples = [...(scores.forJobs(bench.db.read, [id]).get(id) ?? [])]
  return samples
    .filter((sample) => sample.scores.some(({ scorer }) => scorer === 'judge-test'))
    .map(({ sampleId }) => sampleId)
}

describe('a judging job', () => {
  it('waits for its source, although it comes first, and gives each answer a verdict', async () => {
    const bench = benches.open({ script: { samples: 12, badSamples: ['s-0003'], delayMs: 2 } })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 'j', { task: judging('a') })
    await bench.queue.moveJob('j', 'a')
    bench.queue.start()
    await bench.queue.settled(['a', 'j'])
    expect(jobOf(bench, 'j')).toMatchObject({ status: 'done', done: 11, total: 11, failed: 0 })
    expect(jobOf(bench, 'j').startedAt!).toBeGreaterThanOrEqual(jobOf(bench, 'a').endedAt!)
    expect(verdicts(bench)).toHaveLength(11)
    expect(verdicts(bench)).not.toContain('s-0003')
    expect(jobOf(bench, 'a'), 'the source keeps its counters').toMatchObject({
      done: 12,
      failed: 1,
    })
  })

  it('goes on behind its verdicts after a pause', async () => {
    const journal = benches.path('journal')
    const bench = benches.open({
      script: { samples: 10, judgeHoldsAt: 's-0006', gate: benches.path('gate'), journal },
    })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 'j', { task: judging('a') })
    bench.queue.start()
    await until('the verdicts before', () => jobOf(bench, 'j').done === 6)
    await bench.queue.pauseJob('j')
    expect(jobOf(bench, 'j')).toMatchObject({ status: 'paused', done: 6 })
    benches.openGate()
    await bench.queue.resumeJob('j')
    await bench.queue.settled(['j'])
    expect(jobOf(bench, 'j')).toMatchObject({ status: 'done', done: 10, total: 10 })
    const asked = readFileSync(journal, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('j '))
    expect(asked, 'no answer was judged twice').toHaveLength(10)
    expect(verdicts(bench)).toHaveLength(10)
  })

  it('is retried for the answers whose verdicts had no value', async () => {
    const journal = benches.path('journal')
    const bench = benches.open({ script: { samples: 6, journal } })
    seed(bench.db, benches.folder(), ['a', 'b'])
    bench.queue.start()
    await bench.queue.settled(['a', 'b'])
    // What a verdict of this judge looks like, learnt from another job.
    add(bench, 'model', { like: 'b', task: judging('b') })
    bench.queue.wake()
    await bench.queue.settled(['model'])
    const [verdict] = scores
      .ofSamples(bench.db.read, { jobId: 'b', sampleIds: ['s-0001'] })
      .values()
    const score = verdict!.find(({ scorer }) => scorer === 'judge-test')!
    judged.record(bench.db.write, {
      jobId: 'a',
      judged: ['s-0001', 's-0004'].map((sampleId) => ({
        sampleId,
        scores: [{ ...score, value: null, label: 'unscored' }],
      })),
      now: 1,
    })
    add(bench, 'j', { task: judging('a') })
    bench.queue.wake()
    await bench.queue.settled(['j'])
    const asked = () =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('j ')).length
    expect(asked(), 'two have a verdict, if an empty one').toBe(4)
    await bench.queue.retryJob('j')
    await bench.queue.settled(['j'])
    expect(asked()).toBe(6)
    expect(jobOf(bench, 'j')).toMatchObject({ status: 'done', done: 6 })
    await expect(bench.queue.retryJob('j')).rejects.toThrow(/nothing to retry/u)
  })

  it('fails by name when its source ended without answers', async () => {
    const bench = benches.open({ script: { samples: 4, failAt: 's-0000', batchSize: 1 } })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 'j', { task: judging('a') })
    bench.queue.start()
    await bench.queue.settled(['a', 'j'])
    expect(jobOf(bench, 'a').status).toBe('failed')
    expect(jobOf(bench, 'j').status).toBe('failed')
    expect(jobOf(bench, 'j').error?.message).toContain(
      'job a (a on starter) is failed and has no answers',
    )
  })

  it('rests while its source waits for a person', async () => {
    const bench = benches.open({ script: { samples: 4 } })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 'j', { task: judging('a') })
    await bench.queue.pauseJob('a')
    bench.queue.start()
    await bench.queue.settled(['a', 'j'])
    expect(jobOf(bench, 'j').status).toBe('queued')
    await bench.queue.resumeJob('a')
    await bench.queue.settled(['a', 'j'])
    expect(jobOf(bench, 'j')).toMatchObject({ status: 'done', done: 4 })
  })
})

describe('a study', () => {
  const task: JobTask = {
    kind: 'activation-space',
    harmful: 'starter',
    harmless: 'starter',
    limit: 4,
  }

  it('stores its result whole', async () => {
    const bench = benches.open({ script: { samples: 4 } })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 's', { task })
    bench.queue.start()
    await bench.queue.settled(['a', 's'])
    expect(jobOf(bench, 's')).toMatchObject({ status: 'done', done: 8, total: 8 })
    expect(analyses.find(bench.db.read, 's')).toEqual({
      harmful: 'starter',
      harmless: 'starter',
      path: benches.folder().suite,
    })
    expect(analyses.find(bench.db.read, 'a')).toBeNull()
  })

  it('is not done without a result', async () => {
    const bench = benches.open({ script: { samples: 4, forgetsSamples: 0 } })
    seed(bench.db, benches.folder(), ['a'])
    add(bench, 's', { task })
    bench.queue.start()
    await bench.queue.settled(['a', 's'])
    expect(jobOf(bench, 's').status).toBe('failed')
  })
})
