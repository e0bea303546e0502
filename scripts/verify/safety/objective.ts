/** The training objective of the defence against its worked values. It is Python, which needs PyTorch. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { judged, skipped, type Check } from '../check.ts'

/** Tests in lab/defence/test_objective.py. */
const expectedTests = 4

export const objective: Check = {
  title: 'V15: the training objective of the defence gives its worked values',
  run({ projectRoot }) {
    const python = process.env['ACTBENCH_PYTHON'] ?? 'python3'
    const run = (parameters: readonly string[]) =>
      spawnSync(python, ['-B', ...parameters], { cwd: projectRoot, encoding: 'utf8' })
    if (run(['-c', 'import torch']).status !== 0) {
      const reason = `${python} has no PyTorch (another Python: $ACTBENCH_PYTHON)`
      return Promise.resolve(skipped(reason))
    }
    const { status, stderr } = run(['-m', 'unittest', 'discover', '-s', 'lab/defence'])
    const ran = Number(/Ran (\d+) tests?/.exec(stderr)?.[1] ?? 0)
    const problems = status === 0 ? [] : [stderr.trim().split('\n').slice(-6).join(' / ')]
    if (ran < expectedTests) problems.push(`expected ${expectedTests} tests, found ${ran}`)
    return Promise.resolve(judged([`${ran} tests of lab/defence/test_objective.py`], problems))
  },
}
