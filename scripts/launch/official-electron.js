/**
 * The Electron of our package.json. npm installs it without its binary (no install script runs), so the binary is
 * downloaded here, once, by Electron's own installer, which checks the checksums that the package carries and
 * honours the usual proxy and mirror variables.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'
import { cacheFolder } from './cache.js'
import { modernNode } from './modern-node.js'

const packageFolder = join(projectRoot, 'node_modules', 'electron')
/** Time to reach the host and finish: a slow line may need minutes for 120 MB, but silence is not waited for. */
const downloadTimeoutMs = 300_000
const reachTimeoutMs = 8_000
/** After a failed download the next starts do not try again for this long. */
const retryAfterMs = 24 * 3600 * 1000

const defaultMirror = 'https://github.com/electron/electron/releases/download/'

/** @returns {{ executable: string, version: string } | null} */
export function installedOfficialElectron() {
  const pathFile = join(packageFolder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const executable = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(executable) ? { executable, version: officialVersion() } : null
}

export function officialVersion() {
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  )
  return manifest.version
}

/**
 * Tries to download the official binary.
 * @returns {Promise<string | null>} null when it is now installed, else the reason in one line
 */
export async function downloadOfficialElectron() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD !== undefined) {
    return 'ELECTRON_SKIP_BINARY_DOWNLOAD is set'
  }
  const failure = recentFailure()
  if (failure !== null) return failure
  const reason = (await unreachableReason()) ?? (await runInstaller())
  if (reason === null) rmSync(failureFile(), { force: true })
  else rememberFailure(reason)
  return reason
}

function failureFile() {
  return join(cacheFolder(), `official-${officialVersion()}-unreachable`)
}

/** Who names a proxy or a mirror, or asks for the official one, changed something: then the last failure says nothing. */
function recentFailure() {
  const { ELECTRON_MIRROR, npm_config_electron_mirror: npmMirror, ACTBENCH_ELECTRON } = process.env
  const isChosen = ACTBENCH_ELECTRON === 'official' || (ELECTRON_MIRROR ?? npmMirror) !== undefined
  if (isChosen || usesProxy()) return null
  const file = failureFile()
  if (!existsSync(file) || Date.now() - statSync(file).mtimeMs > retryAfterMs) return null
  return readFileSync(file, 'utf8').trim()
}

/** @param {string} reason */
function rememberFailure(reason) {
  mkdirSync(dirname(failureFile()), { recursive: true })
  writeFileSync(failureFile(), `${reason}\n`)
}

function usesProxy() {
  const names = ['HTTPS_PROXY', 'https_proxy', 'GLOBAL_AGENT_HTTPS_PROXY', 'npm_config_https_proxy']
  return names.some((name) => (process.env[name] ?? '') !== '')
}

/**
 * A quick look whether the host answers at all: without it a machine behind a silent firewall would wait for the
 * installer's retries. Behind a proxy that Node's fetch does not use, the installer itself is the judge.
 */
async function unreachableReason() {
  if (usesProxy()) return null
  const mirror =
    process.env.npm_config_electron_mirror ?? process.env.ELECTRON_MIRROR ?? defaultMirror
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(reachTimeoutMs) })
    return null
  } catch {
    return `${new URL(mirror).host} cannot be reached`
  }
}

/** @returns {Promise<string | null>} */
function runInstaller() {
  process.stderr.write(`Downloading Electron ${officialVersion()} ...\n`)
  return new Promise((resolve) => {
    const installer = spawn(modernNode(), [join(packageFolder, 'install.js')], {
      cwd: packageFolder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    installer.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      complaint += text
    })
    const timer = setTimeout(() => installer.kill('SIGKILL'), downloadTimeoutMs)
    installer.on('error', (error) => {
      clearTimeout(timer)
      resolve(error.message)
    })
    installer.on('close', (code) => {
      clearTimeout(timer)
      if (code === 0 && installedOfficialElectron() !== null) resolve(null)
      else if (code === null) resolve(`the download took longer than ${downloadTimeoutMs / 1000} s`)
      else
        resolve(
          complaint.split('\n').find((line) => line.trim() !== '') ??
            `its installer ended with ${code}`,
        )
    })
  })
}
