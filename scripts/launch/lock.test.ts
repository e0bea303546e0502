import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLock } from './lock.js'

/** Above the largest process id of Linux (2^22), so nobody has it. */
const deadProcess = 4_194_305

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-lock-'))
  path = join(folder, 'deep', 'a.lock')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('withLock', () => {
  it('lets one work at a time and says that the other waits', async () => {
    const order: string[] = []
    const onWait = vi.fn()
    const first = withLock({
      path,
      onWait,
      work: async () => {
        order.push('first starts')
        await new Promise((resolve) => setTimeout(resolve, 50))
        order.push('first ends')
      },
    })
    const second = withLock({
      path,
      onWait,
      work: () => {
        order.push('second')
        return Promise.resolve()
      },
    })
    await Promise.all([first, second])
    expect(order).toEqual(['first starts', 'first ends', 'second'])
    expect(onWait).toHaveBeenCalledTimes(1)
    expect(existsSync(path), 'the lock stayed behind').toBe(false)
  })

  it('takes over from an owner that died', async () => {
    await withLock({ path, onWait: () => undefined, work: () => Promise.resolve() })
    writeFileSync(path, String(deadProcess))
    const result = await withLock({ path, onWait: () => undefined, work: () => Promise.resolve(7) })
    expect(result).toBe(7)
  })

  it('is given back when the work fails', async () => {
    const failing = withLock({
      path,
      onWait: () => undefined,
      work: () => Promise.reject(new Error('broke')),
    })
    await expect(failing).rejects.toThrow('broke')
    expect(existsSync(path)).toBe(false)
  })
})
