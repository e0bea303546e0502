/** The door for jobs of every kind: the task says which story is told. */
import type { JobEvent, JobSpec } from '#contract/jobs'
import { evaluate } from './evaluate.ts'
import { judgeAnswers } from './judge-answers.ts'
import type { Surroundings } from './prepare.ts'
import { studyActivations } from './study-activations.ts'

/** A stream that always ends with `job-ended`; failures are in it, not thrown. */
export function runJob(spec: JobSpec, surroundings: Surroundings): AsyncGenerator<JobEvent, void> {
  switch (spec.task?.kind) {
    case undefined:
      return evaluate(spec, surroundings)
    case 'judging':
      return judgeAnswers(spec, surroundings)
    case 'activation-space':
      return studyActivations(spec, surroundings)
  }
}
