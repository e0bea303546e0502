/**
 * npm run verify:path [-- [--verbose] WORD...]: the path from a checkpoint on disk to a comparison, measured again on
 * this machine. WORDs choose checks by their titles. The last line is `N passed, N failed[, N skipped]`; what cannot run
 * here counts as skipped, with the reason. Exit code 0 only if nothing failed.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { modernNode } from './launch/modern-node.js'

// The checks are TypeScript, which Node runs by leaving out the types: from 22.18 on by itself, before with this flag.
const flag = '--experimental-strip-types'

if (process.features.typescript) {
  const { checks } = await import('./verify/index.ts')
  const { runChecks } = await import('./verify/run.ts')
  const parameters = process.argv.slice(2)
  const holds = await runChecks({
    checks,
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
