/** A lock between processes of one machine: a file that names its owner's process id. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 500

/**
 * Runs `work` while no other process holds the lock; an owner that died loses it.
 * @template T
 * @param {{ path: string, onWait: () => void, work: () => Promise<T> }} options
 * @returns {Promise<T>}
 */
export async function withLock({ path, onWait, work }) {
  mkdirSync(dirname(path), { recursive: true })
  for (let isFirst = true; !tryLock(path); isFirst = false) {
    if (isFirst) onWait()
    await sleep(pollMs)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  if (isOwnerAlive(path)) return false
  rmSync(path, { force: true })
  return false
}

/** @param {string} path */
function isOwnerAlive(path) {
  try {
    const owner = Number(readFileSync(path, 'utf8'))
    // Between creation and the write of the number the file is empty: count that as alive.
    if (!Number.isInteger(owner) || owner <= 0) return true
    process.kill(owner, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}
