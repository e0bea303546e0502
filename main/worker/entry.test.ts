/** The real entry as a Node child: what it answers to what it can and cannot understand, and that it never outlives its parent. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engineReplySchema, type EngineReply } from '#contract/engine-port'
import { jobSpecSchema, type JobSpec } from '#contract/jobs'

const entry = fileURLToPath(new URL('entry.ts', import.meta.url))

let child: ChildProcess
let replies: EngineReply[]
beforeEach(() => {
  replies = []
  child = fork(entry, [], { serialization: 'advanced', execArgv: [], stdio: 'pipe' })
  child.on('message', (message) => replies.push(engineReplySchema.parse(message)))
})
afterEach(() => {
  child.kill('SIGKILL')
})

async function reply<T extends EngineReply['type']>(
  type: T,
): Promise<Extract<EngineReply, { type: T }>> {
  for (;;) {
    const found = replies.find((each) => each.type === type)
    if (found !== undefined) {
      replies.splice(replies.indexOf(found), 1)
      return found as Extract<EngineReply, { type: T }>
    }
    await new Promise((resolve) => child.once('message', resolve))
  }
}

describe('worker entry', () => {
  it('refuses what it does not understand, and still works afterwards', async () => {
    await reply('ready')
    child.send({ type: 'dance' })
    const refused = await reply('refused')
    expect(refused).toMatchObject({ requestId: null })
    child.send({ type: 'run', spec: specOf({ suiteId: 'no-such-suite' }) })
    const { event, jobId } = await reply('event')
    expect(jobId).toBe('job-1')
    expect(event).toMatchObject({ type: 'job-ended', status: 'failed' })
  })

  it('ends when its parent is gone', async () => {
    await reply('ready')
    const exit = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    expect(await exit).toBe(0)
  })
})

function specOf(overrides: Partial<JobSpec>): JobSpec {
  return jobSpecSchema.parse({
    jobId: 'job-1',
    model: {
      id: 'm',
      name: 'M',
      path: '/nowhere',
      format: 'gguf',
      architecture: 'llama',
      parameters: 1,
      quantisation: 'F32',
      encodings: [],
      contextLength: null,
      layers: null,
      dModel: null,
      nHeads: null,
      nKvHeads: null,
      dMlp: null,
      vocab: null,
      hasChatTemplate: false,
      licence: null,
      sizeBytes: 1,
      unsupported: [],
      notices: [],
      fingerprint: 'f',
      source: { kind: 'file' },
      addedAt: 0,
      isPresent: true,
    },
    configuration: { modelId: 'm' },
    suiteId: 's',
    suiteVersion: 1,
    suiteOptions: { id: 's' },
    dataset: {
      suiteId: 's',
      path: '/nowhere',
      dataHash: 'd',
      sampleCount: 1,
      addedAt: 0,
      origin: 'file',
    },
    scorers: [],
    batchSize: null,
    threads: null,
    doneSampleIds: [],
    artifacts: [],
    passport: null,
    calibrationTextPath: '',
    probeTextPath: '',
    cacheDir: '',
    ...overrides,
  })
}
