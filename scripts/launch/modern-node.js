/**
 * Finds a Node that our native packages run on. better-sqlite3 needs Node-API 10, so Node 22.12 or newer; a machine
 * with Node 20 uses the Node 24 that the optional dependencies carry for Linux and Windows.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'

const oldestMajor = 22

/** @param {string} version as in process.versions.node */
function isModern(version) {
  return Number(version.split('.')[0]) >= oldestMajor
}

/** The carried executable, or null where the optional dependency is not installed (macOS, --omit=optional). */
function carriedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = join(projectRoot, 'node_modules', `node-${platform}-${process.arch}`, 'bin', name)
  return existsSync(path) ? path : null
}

/**
 * @returns {string} path of a Node executable that is new enough
 * @throws {Error} when neither this process nor the optional dependencies have one
 */
export function modernNode() {
  if (isModern(process.versions.node)) return process.execPath
  const carried = carriedNode()
  if (carried !== null) return carried
  throw new Error(
    `Actbench needs Node ${oldestMajor}.12 or newer; this is ${process.versions.node} and no optional dependency ` +
      `carries one for ${process.platform} ${process.arch}. Install Node ${oldestMajor}.12 or newer and run npm ci again.`,
  )
}

/**
 * Restarts the running script under a modern Node when this one is too old. Returns only if no restart was needed.
 */
export function restartUnderModernNode() {
  if (isModern(process.versions.node)) return
  const { status, signal } = spawnSync(modernNode(), process.argv.slice(1), { stdio: 'inherit' })
  process.exit(signal === null ? (status ?? 1) : 1)
}
