/** kill -9 of the engine and of its owner: see kill-resume.ts, which can be run by itself on any model. */
import { judged, type Check } from './check.ts'
import { verifyKillResume } from './kill-resume.ts'

export const resume: Check = {
  title: 'kill -9 of the engine and of its owner: the job resumes, no sample is lost or doubled',
  async run(context) {
    // All samples of the suite and long answers: a fast machine must not be done before it can be disturbed.
    const report = await verifyKillResume({
      modelPath: context.tinyModel,
      limit: 60,
      maxNewTokens: 48,
      log: context.log,
    })
    const figures = report.cases.map(
      ({ name, storedAtDeath, attempts, missing, differences, errors }) =>
        `${name}: ${storedAtDeath} of ${report.samples} stored at its death, ${attempts} attempts, ${missing} missing, ${errors} errors, ${differences.length} other than undisturbed`,
    )
    const problems = report.cases.flatMap(({ name, holds, differences }) =>
      holds ? [] : [`${name} does not hold`, ...differences.slice(0, 3)],
    )
    if (!report.hold && problems.length === 0) problems.push('the report as a whole does not hold')
    return judged(figures, problems)
  },
}
