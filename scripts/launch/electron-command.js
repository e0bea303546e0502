/** The command line that starts our app in a given Electron on this machine. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { projectRoot } from '../project.js'

/**
 * Chromium's sandbox needs unprivileged user namespaces (or a setuid helper that npm cannot install), and refuses to
 * run as root. Where it cannot work, the app starts without it.
 * @returns {string[]} switches for Electron
 */
export function sandboxSwitches() {
  if (process.platform !== 'linux') return []
  const isRoot = process.getuid?.() === 0
  const canUnshare = () =>
    spawnSync('unshare', ['--user', 'true'], { stdio: 'ignore' }).status === 0
  return isRoot || !canUnshare() ? ['--no-sandbox'] : []
}

/**
 * @param {string} executable
 * @returns {string[]} the whole command: executable, switches, our application's folder
 */
export function appCommand(executable) {
  return [executable, ...sandboxSwitches(), projectRoot]
}
