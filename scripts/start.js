/**
 * npm start: builds if needed, finds an Electron and opens the app. Without a display it runs the embedded comparison
 * in the terminal instead, and says so.
 */
import { spawn } from 'node:child_process'
import process from 'node:process'
import { buildIfNeeded } from './launch/build.js'
import { appCommand } from './launch/electron-command.js'
import { resolveElectron } from './launch/electron.js'
import { ensureSystemLibraries, hasDisplay } from './launch/system-libraries.js'
import { runCli } from './launch/cli.js'

if (!buildIfNeeded()) process.exit(1)
process.exit(hasDisplay() ? await openApp() : await runDemo())

/** @returns {Promise<number>} exit code */
async function openApp() {
  const runtime = await resolveElectron().catch((/** @type {unknown} */ error) => String(error))
  if (typeof runtime === 'string') {
    process.stderr.write(`Actbench cannot open its window: ${runtime}\n`)
    return 1
  }
  const missing = ensureSystemLibraries({ executable: runtime.executable, wantsDisplay: false })
  if (missing !== null) {
    process.stderr.write(`Actbench cannot open its window: ${missing}\n`)
    return 1
  }
  const [command, ...parameters] = appCommand(runtime.executable)
  if (command === undefined) throw new Error('The command to start Electron is empty.')
  const app = spawn(command, [...parameters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...runtime.env },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => app.kill(signal))
  }
  return new Promise((resolve) => {
    app.on('exit', (code) => resolve(code ?? 1))
  })
}

function runDemo() {
  process.stderr.write(
    'There is no display here, so the window cannot open. Running the embedded comparison in the terminal instead.\n',
  )
  return runCli(['demo'])
}
