import { spawn } from 'node:child_process'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { createOwner, isAlive, processStart } from './owner.ts'

describe('isAlive', () => {
  it('knows this process and no other one of its pid', () => {
    const owner = createOwner()
    expect(isAlive(owner)).toBe(true)
    expect(isAlive({ ...owner, startedAt: 'another start' })).toBe(false)
  })

  it('knows that a process ended, from the moment it is killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const pid = child.pid!
    const owner = { id: 'x', pid, startedAt: processStart(pid)! }
    expect(isAlive(owner)).toBe(true)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect(isAlive(owner)).toBe(false)
    expect(processStart(pid)).toBeNull()
  })

  it('gives two owners of one process different ids', () => {
    expect(createOwner().id).not.toBe(createOwner().id)
  })
})
