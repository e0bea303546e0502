/** Builds out/ when it is missing or older than the sources. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'
import { modernNode } from './modern-node.js'

const sourceFolders = ['main', 'preload', 'renderer', 'db']
const sourceFiles = ['package.json', 'package-lock.json', 'electron.vite.config.ts']
const stampFile = join(projectRoot, 'out', 'built-at')

/**
 * @param {string} folder
 * @returns {number} newest modification time of the files and folders inside, epoch milliseconds
 */
function newestChange(folder) {
  let newest = statSync(folder).mtimeMs
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name.endsWith('.test.ts') || entry.name === 'fixtures') continue
    newest = Math.max(newest, entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs)
  }
  return newest
}

/** True when every source is older than the build that out/ holds. */
export function isBuildFresh() {
  if (!existsSync(stampFile)) return false
  const builtAt = Number(readFileSync(stampFile, 'utf8'))
  const sources = [
    ...sourceFolders.map((folder) => join(projectRoot, folder)).filter((path) => existsSync(path)),
  ].map(newestChange)
  const files = sourceFiles.map((file) => statSync(join(projectRoot, file)).mtimeMs)
  return Math.max(...sources, ...files) < builtAt
}

/**
 * Runs electron-vite; its chatter is shown only when it fails, and always on stderr (stdout belongs to the caller).
 * @returns {boolean} whether the build succeeded
 */
export function build() {
  const startedAt = Date.now()
  const bin = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { status, stdout, stderr } = spawnSync(modernNode(), [bin, 'build'], {
    cwd: projectRoot,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}\nThe build failed.\n`)
    return false
  }
  // The time at which it started: a source saved while building must count as newer.
  writeFileSync(stampFile, String(startedAt))
  return true
}

/** @returns {boolean} whether out/ is now up to date */
export function buildIfNeeded() {
  if (isBuildFresh()) return true
  process.stderr.write('Building Actbench ...\n')
  return build()
}
