/**
 * kill -9 of the engine and of its owner in the middle of a job, with the real engine: the job resumes, no sample is
 * lost or doubled, and every answer is the one of an undisturbed run.
 *
 *   node scripts/verify/kill-resume.ts MODEL
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Job, StoredSample } from '#contract/jobs'
import { planSchema } from '#contract/plans'
import { jobs } from '#db'
import {
  createActions,
  demoModel,
  openServices,
  registerEmbedded,
} from '../../main/actions/index.ts'
import { launchNode } from '../../main/jobs/index.ts'
import { projectRoot } from '../project.js'

export interface KillResumeReport {
  /** Samples of the job. */
  readonly samples: number
  readonly cases: readonly KillCase[]
  readonly hold: boolean
}

export interface KillCase {
  readonly name: string
  /** Samples that were stored when it died. */
  readonly storedAtDeath: number
  readonly attempts: number
  readonly missing: number
  /** Answers, tokens or scores that are not those of the undisturbed run, one line each. */
  readonly differences: readonly string[]
  readonly errors: number
  readonly holds: boolean
}

export interface KillResumeOptions {
  /** A GGUF file or a safetensors directory. */
  readonly modelPath: string
  /** More than one commit takes (32 samples), so that a fast model is still in the middle when it is killed. */
  readonly limit?: number
  readonly maxNewTokens?: number
  readonly log?: (line: string) => void
}

const ownFile = fileURLToPath(import.meta.url)
const suiteId = 'starter-harmful'
const batchSize = 4

/** Three temporary profiles: undisturbed, engine killed, owner killed. Throws when a job does not come to its end. */
export async function verifyKillResume(options: KillResumeOptions): Promise<KillResumeReport> {
  const { log = () => undefined } = options
  const folder = mkdtempSync(join(tmpdir(), 'actbench-kill-'))
  try {
    const undisturbed = await withProfile(join(folder, 'undisturbed'), async (profile) => {
      const jobId = await profile.begin(options)
      profile.queue.start()
      return profile.finish(jobId)
    })
    log(`undisturbed: ${undisturbed.samples.length} samples`)
    const cases: KillCase[] = []
    for (const kill of [killEngine, killOwner]) {
      const killed = await kill(join(folder, kill.name), options)
      const result = judge(killed, undisturbed.samples)
      log(JSON.stringify(result))
      cases.push(result)
    }
    const samples = undisturbed.samples.length
    return { samples, cases, hold: samples > 0 && cases.every(({ holds }) => holds) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Killed {
  readonly name: string
  readonly storedAtDeath: number
  readonly job: Job
  readonly samples: readonly StoredSample[]
}

/** The queue lives on and starts the engine again by itself. */
async function killEngine(path: string, options: KillResumeOptions): Promise<Killed> {
  return withProfile(path, async (profile) => {
    const jobId = await profile.begin(options)
    profile.queue.start()
    await until('stored samples', () => profile.stored(jobId) > 0)
    const pid = profile.queue.enginePids().at(0)
    if (pid === undefined) throw new Error('the job ended before its engine could be killed')
    process.kill(pid, 'SIGKILL')
    const storedAtDeath = profile.stored(jobId)
    return { name: 'kill -9 of the engine', storedAtDeath, ...(await profile.finish(jobId)) }
  })
}

/** The owner is another process; the next one finds its job interrupted. */
async function killOwner(path: string, options: KillResumeOptions): Promise<Killed> {
  return withProfile(path, async (profile) => {
    const jobId = await profile.begin(options)
    const owner = spawn(process.execPath, [ownFile, '--own', path], { stdio: 'inherit' })
    const ended = new Promise((done) => owner.once('close', done))
    await until('samples stored by the owner', () => profile.stored(jobId) > 0)
    owner.kill('SIGKILL')
    await ended
    const storedAtDeath = profile.stored(jobId)
    profile.queue.start()
    const [resumed] = await profile.queue.resumeInterrupted()
    if (resumed !== jobId) throw new Error(`expected job ${jobId} to be interrupted`)
    return { name: 'kill -9 of the owner', storedAtDeath, ...(await profile.finish(jobId)) }
  })
}

function judge(killed: Killed, expected: readonly StoredSample[]): KillCase {
  const { name, storedAtDeath, job, samples } = killed
  const found = new Map(samples.map((sample) => [sample.sampleId, sample]))
  const pairs = expected.map((sample) => ({ sample, other: found.get(sample.sampleId) }))
  const differences = pairs.flatMap(({ sample, other }) =>
    other === undefined ? [] : (firstDifference(sample, other) ?? []),
  )
  const missing = pairs.filter(({ other }) => other === undefined).length
  const errors = samples.filter(({ error }) => error !== null).length
  const isWhole = job.status === 'done' && samples.length === expected.length && missing === 0
  const wasInTheMiddle = storedAtDeath > 0 && storedAtDeath < expected.length
  const isSame = differences.length === 0 && errors === 0
  return {
    name,
    storedAtDeath,
    attempts: job.attempts,
    missing,
    differences,
    errors,
    holds: isWhole && wasInTheMiddle && isSame && job.attempts === 2,
  }
}

/** Another batch may change the last digits of a continuous score, never an answer or a label. */
const scoreTolerance = 1e-3

function firstDifference(a: StoredSample, b: StoredSample): string | null {
  if (a.answer !== b.answer || a.newTokens !== b.newTokens) {
    return `${a.sampleId}: ${JSON.stringify(a.answer)} became ${JSON.stringify(b.answer)}`
  }
  if (a.scores.length !== b.scores.length) {
    return `${a.sampleId}: ${a.scores.length} scores became ${b.scores.length}`
  }
  for (const [index, score] of a.scores.entries()) {
    const other = b.scores[index]
    const distance = Math.abs((score.value ?? 0) - (other?.value ?? 0))
    if (other?.name !== score.name || other.label !== score.label || distance > scoreTolerance) {
      return `${a.sampleId}: ${score.name} ${score.value ?? 'none'} ${score.label} became ${other?.value ?? 'none'} ${other?.label ?? ''}`
    }
  }
  return null
}

interface Profile {
  readonly queue: ReturnType<typeof openServices>['queue']
  /** Adds the model and queues one job. */
  readonly begin: (options: KillResumeOptions) => Promise<string>
  readonly stored: (jobId: string) => number
  /** Waits for the end and reads all samples. */
  readonly finish: (jobId: string) => Promise<{ job: Job; samples: StoredSample[] }>
}

async function withProfile<T>(path: string, work: (profile: Profile) => Promise<T>): Promise<T> {
  const open = openProfile(path)
  try {
    return await work(toProfile(open))
  } finally {
    await open.close()
  }
}

function openProfile(path: string): ReturnType<typeof openServices> {
  return openServices({
    profile: path,
    resourcesFolder: join(projectRoot, 'resources'),
    variables: {},
    emit: () => undefined,
    launch: launchNode({ workerPath: join(projectRoot, 'main', 'worker', 'entry.ts') }),
    readerPath: null,
    printPdf: () => Promise.reject(new Error('nothing is printed here')),
    display: null,
    versions: {},
  })
}

function toProfile({ services, queue }: ReturnType<typeof openServices>): Profile {
  const actions = createActions(services)
  return {
    queue,
    begin: async ({ modelPath, limit = 60, maxNewTokens = 24 }) => {
      await registerEmbedded(services, { restored: [demoModel] }).catch(() => undefined)
      const model = await actions['models.add']({ path: resolve(modelPath), name: 'kill-resume' })
      const plan = planSchema.parse({
        name: 'Kill and resume',
        configurations: [
          { name: 'baseline', modelId: model.id, provider: 'cpu', decoding: { maxNewTokens } },
        ],
        suites: [{ id: suiteId, limit }],
        batchSize,
      })
      const run = await actions['plans.start']({ plan })
      const [job] = run.jobs
      if (job === undefined) throw new Error('the plan has no job')
      return job.id
    },
    stored: (jobId) => jobs.get(services.db.read, jobId).done,
    finish: async (jobId) => {
      const [job] = await queue.settled([jobId])
      if (job?.status !== 'done') {
        throw new Error(
          `the job ended as ${job?.status ?? 'nothing'}: ${job?.error?.message ?? ''}`,
        )
      }
      const samples = await actions['jobs.samples']({
        id: jobId,
        afterRowId: null,
        limit: 500,
        newestFirst: false,
      })
      return { job, samples }
    },
  }
}

async function until(what: string, isTrue: () => boolean, withinMs = 120_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`${what}: none within ${withinMs / 1000} s`)
    await new Promise((wake) => setTimeout(wake, 5))
  }
}

const [first, second] = process.argv.slice(2)
if (process.argv[1] === ownFile && first === '--own' && second !== undefined) {
  // The owner that is going to be killed.
  openProfile(second).queue.start()
} else if (process.argv[1] === ownFile) {
  if (first === undefined || !existsSync(first)) throw new Error('expected the path of a model')
  const report = await verifyKillResume({
    modelPath: first,
    ...(second === undefined ? {} : { limit: Number(second), maxNewTokens: 8 }),
    log: (line) => process.stdout.write(`${line}\n`),
  })
  process.exitCode = report.hold ? 0 : 1
}
