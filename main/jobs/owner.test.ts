import { spawn } from 'node:child_process'
import process from 'node:process'
import { describe, expect, it, vi } from 'vitest'
import { createOwner, isAlive, processStart, psStart } from './owner.ts'

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

  it('takes a process for alive when the system does not answer', async () => {
    const fails = () => {
      throw new Error('ps: timed out')
    }
    expect(processStart(process.pid, fails)).toBe('unknown')
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.once('exit', resolve))
    expect(processStart(child.pid!, fails)).toBeNull()
    expect(isAlive({ ...createOwner(), startedAt: 'unknown' })).toBe(true)
  })

  it('gives two owners of one process different ids', () => {
    expect(createOwner().id).not.toBe(createOwner().id)
  })
})

describe.skipIf(process.platform === 'win32')('psStart', () => {
  it('is the same text whatever time zone and language the asking process has', () => {
    try {
      vi.stubEnv('TZ', 'Asia/Tokyo')
      const inTokyo = psStart(process.pid)
      vi.stubEnv('TZ', 'America/New_York')
      vi.stubEnv('LC_ALL', 'de_DE.UTF-8')
      expect(psStart(process.pid)).toBe(inTokyo)
      expect(inTokyo).toMatch(/\d{2}:\d{2}:\d{2}/)
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
