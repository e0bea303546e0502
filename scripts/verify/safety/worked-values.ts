/** Runs the unit tests that hold the oracles, in one Vitest, and says of each oracle how many cases passed. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { judged, type Check, type VerifyContext } from '../check.ts'
import { closedForms, oracles, type Oracle } from './oracles.ts'

/** The part of Vitest's JSON report that is read. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

interface TestCase {
  readonly file: string
  readonly name: string
  readonly hasPassed: boolean
}

export const workedValues: Check = {
  title: 'oracles: every technique and statistic gives its worked values',
  async run(context) {
    const all = [...oracles, ...closedForms]
    const cases = await runTests(context, filesOf(all))
    const figures: string[] = []
    const problems: string[] = []
    for (const oracle of all) {
      const { passed, wrong } = judgeOracle(oracle, cases)
      figures.push(`${oracle.id} ${oracle.title}: ${passed} cases passed`)
      problems.push(...wrong.map((text) => `${oracle.id}: ${text}`))
    }
    return judged(figures, problems)
  },
}

/** A test that is gone is as wrong as one that fails. */
export function judgeOracle(
  { tests }: Oracle,
  cases: readonly TestCase[],
): { passed: number; wrong: string[] } {
  let passed = 0
  const wrong: string[] = []
  for (const { file, name, cases: least } of tests) {
    const found = cases.filter((one) => one.file === file && name.test(one.name))
    const failed = found.filter(({ hasPassed }) => !hasPassed)
    passed += found.length - failed.length
    wrong.push(...failed.map((one) => `${one.name} did not pass`))
    if (found.length < least) {
      wrong.push(
        `expected ${least} or more tests like ${String(name)} in ${file}, found ${found.length}`,
      )
    }
  }
  return { passed, wrong }
}

function filesOf(all: readonly Oracle[]): string[] {
  return [...new Set(all.flatMap(({ tests }) => tests.map(({ file }) => file)))]
}

async function runTests(context: VerifyContext, files: readonly string[]): Promise<TestCase[]> {
  const { projectRoot, scratch, log } = context
  const reportPath = join(scratch, 'oracles.json')
  const program = join(projectRoot, 'node_modules/vitest/vitest.mjs')
  const output = ['--reporter=json', `--outputFile=${reportPath}`]
  const child = spawn(process.execPath, [program, 'run', ...files, ...output], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = (chunk: Buffer) => log(chunk.toString('utf8').trimEnd())
  child.stdout.on('data', lines)
  child.stderr.on('data', lines)
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(reportPath, 'utf8')))
  return testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      file: relative(projectRoot, path).replaceAll('\\', '/'),
      name: fullName,
      hasPassed: status === 'passed',
    })),
  )
}
