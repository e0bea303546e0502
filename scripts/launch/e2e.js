/** Prepares and runs the end-to-end tests: the built app, an Electron, a display that may be virtual. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'
import { sandboxSwitches } from './electron-command.js'
import { resolveElectron } from './electron.js'
import { modernNode } from './modern-node.js'
import { ensureSystemLibraries, hasDisplay, underDisplay } from './system-libraries.js'

/**
 * @typedef {{ kind: 'ran', exitCode: number } | { kind: 'skipped', reason: string }} E2eOutcome
 *
 * @param {{ parameters: readonly string[], reportPath?: string }} options parameters go to Playwright as they are;
 *   reportPath receives its JSON report
 * @returns {Promise<E2eOutcome>} skipped when this machine can have no Electron or no display; the reason says why
 */
export async function runE2e({ parameters, reportPath }) {
  const runtime = await resolveElectron().catch((/** @type {unknown} */ error) => String(error))
  if (typeof runtime === 'string') return { kind: 'skipped', reason: runtime }
  const missing = ensureSystemLibraries({ executable: runtime.executable, wantsDisplay: true })
  if (missing !== null) return { kind: 'skipped', reason: missing }

  const playwright = join(projectRoot, 'node_modules', 'playwright', 'cli.js')
  const config = join(projectRoot, 'e2e', 'playwright.config.ts')
  const test = [modernNode(), playwright, 'test', '--config', config, ...parameters]
  const [command = '', ...rest] = underDisplay(test)
  const exitCode = await run(command, rest, {
    ...process.env,
    ...runtime.env,
    ACTBENCH_E2E_ELECTRON: runtime.executable,
    ACTBENCH_E2E_SWITCHES: [...sandboxSwitches(), ...(hasDisplay() ? [] : ['--disable-gpu'])].join(
      ' ',
    ),
    ...(reportPath === undefined ? {} : { ACTBENCH_E2E_REPORT: reportPath }),
  })
  return { kind: 'ran', exitCode }
}

/**
 * @param {string} command
 * @param {string[]} parameters
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function run(command, parameters, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: projectRoot, stdio: 'inherit', env })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
