/**
 * What the verify scripts share: the parameters `[--verbose] WORD...`, where WORDs choose checks by their titles, and a Node that
 * runs TypeScript.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { modernNode } from './modern-node.js'

// The checks are TypeScript, which Node runs by leaving out the types: from 22.18 on by itself, before with this flag.
const flag = '--experimental-strip-types'

/**
 * Runs the checks, in another process if this Node is too old, and ends the process: code 0 only if nothing failed.
 * @param {() => Promise<readonly import('../verify/check.ts').Check[]>} loadChecks
 */
export async function runVerify(loadChecks) {
  if (process.features.typescript) {
    const { runChecks } = await import('../verify/run.ts')
    const parameters = process.argv.slice(2)
    const holds = await runChecks({
      checks: await loadChecks(),
      words: parameters.filter((parameter) => parameter !== '--verbose'),
      isVerbose: parameters.includes('--verbose'),
      write: (line) => process.stdout.write(`${line}\n`),
    })
    // A check that was given up may still hold the process open.
    process.exit(holds ? 0 : 1)
  } else if (process.execArgv.includes(flag)) {
    process.stderr.write(`Node ${process.versions.node} cannot run TypeScript; install Node 24.\n`)
    process.exit(1)
  } else {
    const parameters = [flag, '--no-warnings', ...process.argv.slice(1)]
    const { status } = spawnSync(modernNode(), parameters, { stdio: 'inherit' })
    process.exit(status ?? 1)
  }
}
