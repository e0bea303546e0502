/** Shared libraries and tools that Electron needs from a Linux system, and how to get them. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

/** Names of Debian and Ubuntu; from Ubuntu 24.04 and Debian 13 on some carry a t64 suffix. */
const libraryPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']
const displayPackages = ['xvfb', 'xauth']
const virtualScreen = '-screen 0 1920x1200x24'

/**
 * Shared libraries that the executable asks for and the system lacks. Empty on platforms other than Linux.
 * @param {string} executable
 * @returns {string[]}
 */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  const { stdout, error } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  if (error !== undefined) return []
  return stdout
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0] ?? line)
}

/** @param {string} command */
export function hasCommand(command) {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.some((folder) => existsSync(`${folder}/${command}`))
}

export function hasDisplay() {
  if (process.platform !== 'linux') return true
  return (process.env.DISPLAY ?? '') !== '' || (process.env.WAYLAND_DISPLAY ?? '') !== ''
}

/**
 * The command as it is where there is a display, else the same command under a virtual one.
 * @param {string[]} command
 * @returns {string[]}
 */
export function underDisplay(command) {
  if (hasDisplay()) return command
  return ['xvfb-run', '--auto-servernum', '--server-args', virtualScreen, ...command]
}

/**
 * Makes the system ready to run the executable, with a virtual display where one is wanted and none is there. As root
 * on Debian or Ubuntu what is missing is installed after one line; otherwise nothing is changed.
 *
 * @param {{ executable: string, wantsDisplay: boolean }} options
 * @returns {string | null} null when all is there now, else what is missing and the exact line that would install it
 */
export function ensureSystemLibraries({ executable, wantsDisplay }) {
  const missing = () => [
    ...missingLibraries(executable),
    ...(wantsDisplay && !hasDisplay() ? ['xvfb-run', 'xauth'].filter((it) => !hasCommand(it)) : []),
  ]
  const before = missing()
  if (before.length === 0) return null
  const packages = [...(wantsDisplay ? displayPackages : []), ...libraryPackages]
  if (process.getuid?.() !== 0 || !hasCommand('apt-get')) return explain(before, packages)

  process.stderr.write(`Installing system libraries: apt-get install ${packages.join(' ')}\n`)
  const complaint = aptInstall(packages)
  const after = missing()
  if (after.length === 0) return null
  return `${explain(after, packages)}${complaint === '' ? '' : ` (apt-get said: ${complaint})`}`
}

/**
 * @param {string[]} missing
 * @param {string[]} packages
 */
function explain(missing, packages) {
  const names = hasCommand('apt-cache') ? packages.map(installableName) : packages
  return (
    `missing from this system: ${missing.join(', ')}. ` +
    `Install with: sudo apt-get install -y ${names.join(' ')}`
  )
}

/**
 * @param {string[]} packages
 * @returns {string} apt-get's last complaint, empty when it was content
 */
function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
  const names = packages.map(installableName)
  const { status, stderr } = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...names],
    { env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  return status === 0 ? '' : (stderr.trim().split('\n').at(-1) ?? '')
}

/** @param {string} name */
function installableName(name) {
  const renamed = `${name}t64`
  const { status } = spawnSync('apt-cache', ['show', renamed], { stdio: 'ignore' })
  return status === 0 ? renamed : name
}
