import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Option, type Command } from 'commander'
import { ActbenchError } from '#contract/errors'
import { providerSchema } from '#contract/models'
import type { Plan } from '#contract/plans'
import { addCommand, usageError, type CommandContext, type Invocation } from '../command.ts'
import { formatComparison } from '../comparison-text.ts'
import { withFilesBeside } from '../files-beside.ts'
import { formatDuration } from '../numbers.ts'
import { numberOption, textOption, wholeNumber, type OptionValues } from '../option-values.ts'
import { hasResults, resume, workOff } from '../run-plan.ts'
import { setJobsAtOnce } from './queue.ts'

const planHelp = `
A small plan:
  name: Half of the activations
  configurations:
    - name: baseline
      modelId: actbench-tiny
    - name: sparsity 50%
      modelId: actbench-tiny
      interventions:
        - id: activation-sparsity
          params: { sparsity: 0.5 }
  suites:
    - id: starter-harmful
      limit: 50
The first configuration is the baseline. Options override the plan for all configurations and suites.`

export function addRunCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'run',
    summary: 'Run a plan: configurations x suites; prints the comparison',
    configure: (command) =>
      command
        .argument('[plan]', 'plan file, YAML or JSON; "-" reads stdin')
        .option('--resume <run>', 'go on with the jobs of an earlier run that did not finish')
        .addOption(
          new Option('-L, --limit <n>', 'only the first n samples of each suite').argParser(
            wholeNumber(1),
          ),
        )
        .addOption(
          new Option('-b, --batch-size <n>', 'rows decoded together').argParser(wholeNumber(1)),
        )
        .addOption(new Option('--threads <n>', 'threads of the CPU').argParser(wholeNumber(1)))
        .addOption(
          new Option(
            '--jobs <n>',
            'jobs at once, from now on; each has an engine process',
          ).argParser(wholeNumber(1)),
        )
        .addOption(new Option('--device <provider>', 'provider').choices(providerSchema.options))
        .addOption(new Option('--seed <n>', 'seed of sampling').argParser(wholeNumber(0)))
        .option('--check', 'only check the plan and estimate it')
        .addHelpText('after', planHelp),
    run: perform,
  })
}

async function perform(invocation: Invocation) {
  const { session, io, options, print } = invocation
  const [path] = invocation.arguments
  const resumed = textOption(options, 'resume')
  if ((path === undefined) === (resumed === null)) {
    throw usageError('run: expected either a plan file or --resume RUN', 'actbench run PLAN.yaml')
  }
  if (path !== undefined) {
    const plan = withOverrides(await readPlan(invocation, path), options)
    if (options['check'] === true) return checkOnly(invocation, plan)
    await chooseJobsAtOnce(invocation)
    const run = await session.actions['plans.start']({ plan })
    io.note(`Run ${run.id}: ${run.jobs.length} jobs.`)
    return finish(invocation, run)
  }
  await chooseJobsAtOnce(invocation)
  const run = await resume(session, resumed ?? '')
  return finish({ ...invocation, print }, run)
}

async function chooseJobsAtOnce({ session, options }: Invocation): Promise<void> {
  const jobs = numberOption(options, 'jobs')
  if (jobs !== null) await setJobsAtOnce(session, jobs)
}

async function finish(
  { session, io, print }: Invocation,
  run: Parameters<typeof workOff>[0]['run'],
) {
  const outcome = await workOff({ session, io, run })
  const comparison = hasResults(outcome.run)
    ? await session.actions['comparisons.get']({
        runIds: [run.id],
        configurations: null,
        baseline: null,
        suites: null,
      })
    : null
  print({ run: outcome.run, comparison }, () =>
    comparison === null ? [] : formatComparison(comparison),
  )
  return outcome.code
}

async function checkOnly({ session, print }: Invocation, plan: Plan) {
  const estimate = await session.actions['plans.estimate']({ plan })
  if (estimate.problems.length > 0) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The plan cannot start. ${estimate.problems.join('; ')}`,
      remedy: 'Correct these points.',
    })
  }
  print(estimate, () => [
    `${estimate.jobs} jobs, ${estimate.samples} samples.`,
    estimate.durationMs === null
      ? 'Duration: not known yet; no finished job of these models here.'
      : `Duration: about ${formatDuration(estimate.durationMs)}.`,
    ...Object.entries(estimate.detectablePoints).map(
      ([suite, points]) =>
        `${suite}: differences from about ${points.toFixed(1)} points on would show (80% power).`,
    ),
  ])
}

async function readPlan({ session }: Invocation, path: string): Promise<Plan> {
  let text: string
  try {
    text = path === '-' ? await readStdin() : await readFile(path, 'utf8')
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `${path}: expected a plan file, found nothing that can be read`,
      remedy: '"actbench run --help" shows a small plan.',
      cause,
    })
  }
  const plan = await session.actions['plans.parse']({ text })
  return path === '-' ? plan : withFilesBeside(plan, dirname(path))
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export function withOverrides(plan: Plan, options: OptionValues): Plan {
  const provider = providerSchema.safeParse(options['device'])
  const seed = numberOption(options, 'seed')
  const limit = numberOption(options, 'limit')
  return {
    ...plan,
    batchSize: numberOption(options, 'batchSize') ?? plan.batchSize,
    threads: numberOption(options, 'threads') ?? plan.threads,
    suites: plan.suites.map((suite) => ({ ...suite, limit: limit ?? suite.limit })),
    configurations: plan.configurations.map((configuration) => ({
      ...configuration,
      provider: provider.success ? provider.data : configuration.provider,
      decoding: { ...configuration.decoding, seed: seed ?? configuration.decoding.seed },
    })),
  }
}
