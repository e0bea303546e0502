/** Opens the profile for the command line: engine processes are plain Node children, events stay in this process. */
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Emit } from '#contract/events'
import type { RunDetail } from '#contract/jobs'
import { ActbenchError, isActbenchError, toAppError } from '#contract/errors'
import {
  continueSearch,
  createActions,
  openServices,
  registerEmbedded,
  type OpenServices,
} from '../actions/index.ts'
import { profileFolder } from '../app/profile.ts'
import { launchNode } from '../jobs/index.ts'
import { describeDisplay } from './display.ts'
import { printPdf } from './print-pdf.ts'
import type { OpenSession, Session } from './session.ts'

const ownFile = fileURLToPath(import.meta.url)
/** From TypeScript sources under a Node that strips types, or from the built program. */
const isSource = ownFile.endsWith('.ts')

/** Sources lie in main/cli, the built program in out/main (its parts in out/main/chunks). */
export function projectFolder(): string {
  const folder = dirname(ownFile)
  return resolve(folder, isSource || !folder.endsWith('chunks') ? '../..' : '../../..')
}

function workerPath(): string {
  const root = projectFolder()
  return isSource
    ? join(root, 'main', 'worker', 'entry.ts')
    : join(root, 'out', 'main', 'worker.js')
}

export const openSession: OpenSession = async ({ profile, io }) => {
  const events = new EventEmitter()
  const emit: Emit = (name, payload) => {
    events.emit(name, payload)
  }
  const root = projectFolder()
  const open = openServices({
    profile: profile === null ? profileFolder() : resolve(profile),
    resourcesFolder: join(root, 'resources'),
    variables: io.variables,
    emit,
    launch: launchNode({ workerPath: workerPath() }),
    // A terminal has nothing else to answer meanwhile.
    readerPath: null,
    printPdf: (htmlPath) => printPdf({ htmlPath, root }),
    display: describeDisplay(process.platform, io.variables),
    versions: readVersions(root),
  })
  // Whatever a killed process left of a removed run: bit by bit while the command waits for files and models.
  open.services.sweeper.wake()
  try {
    await registerEmbedded(open.services, { restored: [] })
  } catch (thrown) {
    // Everything but the demo works without it, and doctor says what is missing.
    io.note(`The embedded model and suites are not available: ${toAppError(thrown).message}`)
  }
  return createSession(open, events)
}

function createSession(open: OpenServices, events: EventEmitter): Session {
  const actions = createActions(open.services)
  return {
    actions,
    onEvent: (name, listener) => {
      events.on(name, listener)
      return () => events.off(name, listener)
    },
    waitForDownload: (id) => open.services.library.downloads.wait(id),
    work: (runId, signal) => work({ open, actions, runId, signal }),
    isSwept: open.services.sweeper.isFinished,
    sweep: open.services.sweeper.finished,
    close: open.close,
  }
}

async function work(options: {
  readonly open: OpenServices
  readonly actions: Session['actions']
  readonly runId: string
  readonly signal: AbortSignal
}): Promise<RunDetail> {
  const { open, actions, runId, signal } = options
  const { queue } = open
  if (queue.isPaused()) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: 'The queue of this profile is paused, so nothing would run',
      remedy:
        'Resume it in the app or by "actbench queue resume", then: actbench run --resume ' + runId,
    })
  }
  queue.start({ runIds: [runId] })
  // Starting finds jobs whose process died; whoever runs this run wants them to go on.
  const started = await actions['runs.get']({ id: runId })
  for (const { id, status } of started.jobs) {
    if (status === 'interrupted') await queue.resumeJob(id)
  }
  const stopped = stopAt({ open, actions, runId, signal })
  for (;;) {
    const { jobs } = await actions['runs.get']({ id: runId })
    await Promise.race([queue.settled(jobs.map(({ id }) => id)), stopped])
    if (signal.aborted) break
    // A search adds jobs to its run, round by round: here, or in the app that has the same store open.
    await continueSearch(open.services, { id: runId })
    const { jobs: after } = await actions['runs.get']({ id: runId })
    if (after.length === jobs.length) break
  }
  return actions['runs.get']({ id: runId })
}

/** At the signal all jobs of the run are paused: a person stopped them, so nothing takes them up again by itself. */
function stopAt(options: Parameters<typeof work>[0]): Promise<void> {
  const { open, actions, runId, signal } = options
  return new Promise((resolve, reject) => {
    const stop = async (): Promise<void> => {
      const { jobs } = await actions['runs.get']({ id: runId })
      // Waiting ones first, so that none of them begins when the running one stops.
      const waiting = jobs.filter(({ status }) => status === 'queued')
      const running = jobs.filter(({ status }) => status === 'running')
      for (const { id } of [...waiting, ...running]) await pauseUnlessEnded(open, id)
    }
    signal.addEventListener('abort', () => void stop().then(resolve, reject), { once: true })
  })
}

async function pauseUnlessEnded({ queue }: OpenServices, id: string): Promise<void> {
  try {
    await queue.pauseJob(id)
  } catch (thrown) {
    // It ended in the meantime, which is as good as stopping.
    if (!isActbenchError(thrown) || thrown.code !== 'invalid-input') throw thrown
  }
}

/** Versions of what is installed, read from the packages' own files: nothing native is loaded for it. */
function readVersions(root: string): Record<string, string> {
  const require = createRequire(join(root, 'package.json'))
  const versions: Record<string, string> = { node: process.versions.node }
  for (const [name, file] of versionFiles) {
    try {
      const { version } = require(file) as { version: string }
      versions[name] = version
    } catch {
      versions[name] = 'not installed'
    }
  }
  return versions
}

const versionFiles = [
  ['actbench', './package.json'],
  ['onnxruntime', 'onnxruntime-node/package.json'],
  ['better-sqlite3', 'better-sqlite3/package.json'],
  ['electron', 'electron/package.json'],
] as const
