/** When a message counts as sent, with made hosts and with a real child whose pipe is full. */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPort, type Host } from './port.ts'
import { sendEvents } from './send-events.ts'

/** A forked child's process whose pipe takes a message only when it is told to. */
function makeHost() {
  const parent = new EventEmitter()
  const pipe: { message: unknown; written: () => void }[] = []
  const host = {
    connected: true,
    on: (event: string, listener: (message: unknown) => void) => parent.on(event, listener),
    send: (message: unknown, _handle: unknown, _options: unknown, written: () => void) => {
      pipe.push({ message, written })
      return false
    },
  }
  return { host: host as unknown as Host & { connected: boolean }, pipe, parent }
}

async function* three() {
  yield await Promise.resolve('a')
  yield 'b'
  yield 'c'
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a port to a forking parent', () => {
  it('has a message sent when the pipe has taken it, and the next event waits for that', async () => {
    const { host, pipe } = makeHost()
    const port = openPort(host)
    let isOver = false
    const sent = sendEvents(three(), (event) => port.post(event)).then(() => {
      isOver = true
    })
    for (const expected of ['a', 'b', 'c']) {
      await turn()
      expect(pipe.map(({ message }) => message)).toEqual([expected])
      expect(isOver).toBe(false)
      pipe.shift()?.written()
    }
    await sent
    expect(isOver).toBe(true)
  })

  it('keeps the order of what nobody waits for', async () => {
    const { host, pipe } = makeHost()
    const port = openPort(host)
    const sent = Promise.all(['event', 'heartbeat', 'log'].map((message) => port.post(message)))
    expect(pipe.map(({ message }) => message)).toEqual(['event', 'heartbeat', 'log'])
    for (const { written } of pipe) written()
    await sent
  })

  it('waits for nobody when the parent goes, before or while a message is written', async () => {
    const { host, parent, pipe } = makeHost()
    const port = openPort(host)
    const half = port.post('half')
    host.connected = false
    parent.emit('disconnect')
    await half
    await port.post('late')
    expect(pipe.map(({ message }) => message)).toEqual(['half'])
  })
})

describe('a port to Electron', () => {
  it('hands messages over at once and in order', async () => {
    const posted: unknown[] = []
    const parentPort = {
      postMessage: (message: unknown) => posted.push(message),
      on: () => undefined,
    }
    const port = openPort({ ...makeHost().host, parentPort })
    await sendEvents(three(), (event) => port.post(event))
    expect(posted).toEqual(['a', 'b', 'c'])
  })
})

describe('a real child', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'actbench-port-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('does not hold a small event back behind a large one while native code has its loop', async () => {
    const gate = join(folder, 'gate')
    const entry = fileURLToPath(new URL('fixtures/busy-engine.ts', import.meta.url))
    const child = fork(entry, [gate], { serialization: 'advanced', execArgv: [], stdio: 'pipe' })
    const types: string[] = []
    child.on('message', ({ type }: { type: string }) => {
      types.push(type)
      if (type === 'small') writeFileSync(gate, '')
    })
    await new Promise((resolve) => child.once('exit', resolve))
    expect(types).toEqual(['large', 'small', 'released'])
  })
})
