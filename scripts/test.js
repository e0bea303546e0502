/**
 * npm test: every check in turn. A failed stage does not stop the next ones; the last line counts them all:
 * `N passed, N failed[, N skipped]`, lint, types and build as one each, unit and end-to-end tests one by one.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build } from './launch/build.js'
import { runE2e } from './launch/e2e.js'
import { modernNode } from './launch/modern-node.js'
import { projectRoot } from './project.js'

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

const resultsFolder = join(projectRoot, 'test-results')
const bin = (/** @type {string[]} */ ...path) => join(projectRoot, 'node_modules', ...path)
const onePassed = { passed: 1, failed: 0, skipped: 0 }
const oneFailed = { passed: 0, failed: 1, skipped: 0 }

/** @type {readonly { name: string, run: () => Tally | Promise<Tally> }[]} */
const stages = [
  { name: 'lint', run: lint },
  { name: 'types', run: () => asOne(runNode([join('scripts', 'check-types.js')])) },
  { name: 'unit', run: unit },
  { name: 'build', run: () => asOne(build() ? 0 : 1) },
  { name: 'e2e', run: e2e },
]

mkdirSync(resultsFolder, { recursive: true })
const total = { passed: 0, failed: 0, skipped: 0 }
for (const { name, run } of stages) {
  process.stdout.write(`\n== ${name}\n`)
  const startedAt = Date.now()
  const tally = await run()
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(`== ${name}: ${describe(tally)} (${seconds} s)\n`)
}
process.stdout.write(`\n${describe(total)}\n`)
process.exitCode = total.failed > 0 ? 1 : 0

function lint() {
  const eslint = runNode([bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'])
  const prettier = runNode([
    bin('prettier', 'bin', 'prettier.cjs'),
    '--check',
    '--log-level',
    'warn',
    '.',
  ])
  return asOne(eslint === 0 ? prettier : eslint)
}

/** @returns {Tally} */
function unit() {
  const report = freshReport('unit.json')
  const exitCode = runNode([
    bin('vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return withExitCode(exitCode, readUnitReport(report))
}

/** @returns {Promise<Tally>} */
async function e2e() {
  if (!existsSync(join(projectRoot, 'out', 'built-at'))) {
    process.stdout.write('Skipped: there is no build to test.\n')
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const report = freshReport('e2e.json')
  const outcome = await runE2e({ parameters: [], reportPath: report })
  if (outcome.kind === 'skipped') {
    process.stdout.write(`Skipped: ${outcome.reason}\n`)
    return { passed: 0, failed: 0, skipped: 1 }
  }
  return withExitCode(outcome.exitCode, readE2eReport(report))
}

/** @param {string} name */
function freshReport(name) {
  const path = join(resultsFolder, name)
  rmSync(path, { force: true })
  return path
}

/**
 * @param {string} path vitest's JSON report
 * @returns {Tally}
 */
function readUnitReport(path) {
  if (!existsSync(path)) return oneFailed
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  const report = JSON.parse(readFileSync(path, 'utf8'))
  // A file that cannot even be loaded holds no test that could fail.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {string} path Playwright's JSON report
 * @returns {Tally}
 */
function readE2eReport(path) {
  if (!existsSync(path)) return oneFailed
  /** @type {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[] }} */
  const { stats, errors } = JSON.parse(readFileSync(path, 'utf8'))
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }
}

/**
 * A runner that ends badly without a failed test (an unhandled error, no test found) must not look green.
 * @param {number} exitCode
 * @param {Tally} tally
 * @returns {Tally}
 */
function withExitCode(exitCode, tally) {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** @param {number} exitCode */
function asOne(exitCode) {
  return exitCode === 0 ? onePassed : oneFailed
}

/** @param {string[]} parameters */
function runNode(parameters) {
  const { status } = spawnSync(modernNode(), parameters, { cwd: projectRoot, stdio: 'inherit' })
  return status ?? 1
}

/** @param {Tally} tally */
function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
