/** npm run e2e [-- playwright parameters]: exit code 0 also when this machine cannot run them; the reason is printed. */
import process from 'node:process'
import { buildIfNeeded } from './launch/build.js'
import { runE2e } from './launch/e2e.js'

if (!buildIfNeeded()) process.exit(1)
const outcome = await runE2e({ parameters: process.argv.slice(2) })
if (outcome.kind === 'skipped') {
  process.stdout.write(`End-to-end tests skipped: ${outcome.reason}\n`)
  process.exit(0)
}
process.exit(outcome.exitCode)
