/** SmolLM2 with interventions as a job prepares it, in this process: its passport and a runner. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  interventionUseSchema,
  type InterventionUse,
  type Passport,
} from '#contract/configurations'
import { jobSpecSchema, type JobSpec } from '#contract/jobs'
import { prepare, type Prepared } from '../../../main/engine/prepare.ts'
import { requireRunner } from '../../../main/engine/runtime/open-runner.ts'
import type { CausalRunner } from '../../../main/engine/runtime/types.ts'
import type { Workbench } from '../../../main/engine/workbench.ts'
import type { VerifyContext } from '../check.ts'
import { suiteJobSpec } from '../suite-job.ts'

/** The probe is read to its end or to as many tokens as a passport asks for, here 64 or a few more. */
const probeCharacters = 300
/** Thresholds need not be good ones to be put to zero. */
const calibrationCharacters = 1500

export interface PreparedModel extends Prepared {
  readonly runner: CausalRunner
  readonly passport: Passport | null
}

/** A job's settings on the checkpoint, with a short probe and a short calibration text. */
export async function shortJob(context: VerifyContext, modelPath: string): Promise<JobSpec> {
  const resources = join(context.projectRoot, 'resources')
  const spec = await suiteJobSpec(context, {
    modelPath,
    suiteId: 'starter-harmful',
    dataPath: join(resources, 'suites/starter/harmful.csv'),
    limit: 1,
  })
  const folder = join(context.scratch, 'texts')
  await mkdir(folder, { recursive: true })
  const beginning = async (from: string, name: string, characters: number): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, (await readFile(from, 'utf8')).slice(0, characters))
    return path
  }
  return {
    ...spec,
    probeTextPath: await beginning(spec.probeTextPath, 'probe.txt', probeCharacters),
    calibrationTextPath: await beginning(
      spec.calibrationTextPath,
      'calibration.txt',
      calibrationCharacters,
    ),
  }
}

export async function prepareModel(
  context: VerifyContext,
  options: { spec: JobSpec; uses: readonly Partial<InterventionUse>[]; bench: Workbench },
): Promise<PreparedModel> {
  const { spec, uses, bench } = options
  const interventions = uses.map((use) => interventionUseSchema.parse(use))
  const job = jobSpecSchema.parse({
    ...spec,
    configuration: { ...spec.configuration, interventions },
  })
  const surroundings = {
    signal: new AbortController().signal,
    log: (_: string, message: string) => {
      context.log(message)
    },
    now: () => performance.now(),
    bench,
  }
  const events = prepare(job, surroundings, { provider: 'cpu', threads: context.threads })
  let passport: Passport | null = null
  for (;;) {
    const step = await events.next()
    if (step.done === true) {
      return { ...step.value, runner: requireRunner(step.value.runner, 'decoder'), passport }
    }
    if (step.value.type === 'passport-issued') ({ passport } = step.value)
  }
}
