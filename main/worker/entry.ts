/** Entry of the engine's own process: adapts the port of its parent to the engine, and nothing else. */
import process from 'node:process'
import { engineRequestSchema, type EngineReply, type EngineRequest } from '#contract/engine-port'
import { toAppError } from '#contract/errors'
import type { JobEvent, JobSpec } from '#contract/jobs'
import { createWorkbench, detectProviders, runJob } from '#engine'
import { openPort } from './port.ts'
import { sendEvents } from './send-events.ts'

const heartbeatMs = 5_000

const port = openPort(process)
const reply = (message: EngineReply) => port.post(message)

/** Stays from one job to the next: the queue gives this process the jobs that can share what is on it. */
const bench = createWorkbench()
/** The job that runs, and how to stop it. */
let running: { readonly jobId: string; readonly controller: AbortController } | null = null

port.onMessage((message) => {
  const parsed = engineRequestSchema.safeParse(message)
  if (parsed.success) void answer(parsed.data)
  else void reply({ type: 'refused', requestId: null, error: toAppError(parsed.error) })
})
// Without a parent nobody reads the results.
port.onClose(() => process.exit(0))
setInterval(() => {
  void reply({ type: 'heartbeat' })
}, heartbeatMs)
void reply({ type: 'ready' })

async function answer(request: EngineRequest): Promise<void> {
  switch (request.type) {
    case 'run':
      await run(request.spec)
      return
    case 'cancel':
      if (running?.jobId === request.jobId) running.controller.abort()
      return
    case 'providers':
      await answerProviders(request.requestId)
      return
  }
}

async function run(spec: JobSpec): Promise<void> {
  const { jobId } = spec
  const controller = new AbortController()
  running = { jobId, controller }
  const send = (event: JobEvent) => reply({ type: 'event', jobId, at: Date.now(), event })
  try {
    const events = runJob(spec, {
      signal: controller.signal,
      log: (level, message) => {
        void send({ type: 'log', level, message })
      },
      now: Date.now,
      bench,
    })
    await sendEvents(events, send)
  } catch (thrown) {
    const error = toAppError(thrown)
    await send({ type: 'job-ended', status: 'failed', error, peakMemoryBytes: null })
  } finally {
    running = null
  }
}

async function answerProviders(requestId: number): Promise<void> {
  try {
    await reply({ type: 'providers', requestId, providers: [...(await detectProviders())] })
  } catch (thrown) {
    await reply({ type: 'refused', requestId, error: toAppError(thrown) })
  }
}
