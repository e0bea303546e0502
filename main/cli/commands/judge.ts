import { Option, type Command } from 'commander'
import type { Agreement, Comparison } from '#contract/comparisons'
import { ActbenchError, isActbenchError } from '#contract/errors'
import type { Job } from '#contract/jobs'
import type { JudgeSource } from '#contract/suites'
import { addCommand, usageError, type CommandContext, type Invocation } from '../command.ts'
import { formatComparison } from '../comparison-text.ts'
import type { ExitCode } from '../exit-codes.ts'
import { collected, listOption, textOption, type OptionValues } from '../option-values.ts'
import { workOff } from '../run-plan.ts'
import { formatTable } from '../table.ts'

const judgeHelp = `
The judge is a registered model (--model) or a server on this machine that speaks the OpenAI chat protocol
(--endpoint and --name). Verdicts are stored beside the other scores; a judging that was stopped goes on with
"actbench run --resume RUN".
  actbench judge RUN --rubric harmbench --model qwen2.5-7b-instruct
  actbench judge RUN --rubric refusal --endpoint http://127.0.0.1:8080/v1 --name qwen2.5-7b-instruct`

export function addJudgeCommands(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'judge',
    summary: 'Have a model judge the stored answers of a run',
    configure: (command) =>
      command
        .argument('<run>', 'id of the run')
        .addOption(new Option('--rubric <rubric>', 'what the judge is asked').makeOptionMandatory())
        .option('-m, --model <model>', 'registered model: name, id or the beginning of it')
        .option('--endpoint <url>', 'base address of a server on this machine, ending in /v1')
        .option('--name <model>', 'the model’s name at that server')
        .option('--suite <suite>', 'only these suites; may be repeated', collected)
        .option('--configuration <name>', 'only these configurations; may be repeated', collected)
        .addHelpText('after', judgeHelp),
    run: judgeRun,
  })

  addCommand(program, context, {
    name: 'agreement',
    summary: 'Show how far the judges of a run agree, people included',
    configure: (command) => command.argument('<run...>', 'ids of the runs'),
    run: async ({ session, print, operands }) => {
      const agreements = await session.actions['comparisons.agreement'](specOf(operands))
      print(agreements, () => formatAgreements(agreements))
    },
  })

  addCommand(program, context, {
    name: 'rubrics',
    summary: 'List what judges can be asked',
    run: async ({ session, print }) => {
      const rubrics = await session.actions['catalog.rubrics']({})
      print(rubrics, () =>
        formatTable(
          ['id', 'reads', 'metrics', 'summary'].map((title) => ({ title, width: 110 })),
          rubrics.map(({ id, reads, metrics, summary }) => [
            id,
            reads,
            metrics.join(', '),
            summary,
          ]),
        ),
      )
    },
  })
}

async function judgeRun(invocation: Invocation): Promise<ExitCode> {
  const { session, io, print, options } = invocation
  const [runId = ''] = invocation.arguments
  const rubric = textOption(options, 'rubric') ?? ''
  const by = readJudge(options)
  const run = await session.actions['runs.get']({ id: runId })
  const sources = chooseJobs(run.jobs, options)
  const queued: Job[] = []
  let reason = nothingChosen(runId)
  for (const { id } of sources) {
    try {
      queued.push(await session.actions['jobs.judge']({ id, use: { rubric, by } }))
    } catch (thrown) {
      // A run has suites that a rubric is not about; the others are judged all the same.
      if (!isActbenchError(thrown) || thrown.code !== 'invalid-input') throw thrown
      io.note(thrown.message)
      reason = thrown
    }
  }
  if (queued.length === 0) throw reason
  io.note(`Run ${runId}: ${queued.length} jobs of judging.`)
  const outcome = await workOff({
    session,
    io,
    run: await session.actions['runs.get']({ id: runId }),
  })
  const spec = specOf([runId])
  const comparison = onlyJudge(await session.actions['comparisons.get'](spec), rubric)
  const agreements = await session.actions['comparisons.agreement'](spec)
  print({ jobs: queued.map(({ id }) => id), comparison, agreements }, () => [
    ...formatComparison(comparison),
    '',
    ...formatAgreements(agreements),
  ])
  return outcome.code
}

function readJudge(options: OptionValues): JudgeSource {
  const model = textOption(options, 'model')
  const url = textOption(options, 'endpoint')
  const name = textOption(options, 'name')
  if (model !== null && url === null && name === null) return { kind: 'model', modelId: model }
  if (model === null && url !== null && name !== null) return { kind: 'endpoint', url, model: name }
  throw usageError(
    'judge: expected either --model MODEL, or --endpoint URL and --name NAME',
    '"actbench judge --help" shows both.',
  )
}

function chooseJobs(jobs: readonly Job[], options: OptionValues): Job[] {
  const suites = listOption(options, 'suite')
  const names = listOption(options, 'configuration')
  return jobs.filter(
    ({ kind, suiteId, configurationName }) =>
      kind === 'evaluation' &&
      (suites.length === 0 || suites.includes(suiteId)) &&
      (names.length === 0 || names.includes(configurationName)),
  )
}

function nothingChosen(runId: string): ActbenchError {
  return new ActbenchError({
    code: 'not-found',
    message: `Run ${runId} has no job of these suites and configurations`,
    remedy: `Show its jobs: actbench runs show ${runId}`,
  })
}

/** The rows that the judge has to do with. */
function onlyJudge(comparison: Comparison, rubric: string): Comparison {
  const rows = comparison.rows.filter(({ scorer }) => scorer === `judge-${rubric}`)
  return { ...comparison, rows }
}

function specOf(runIds: readonly string[]) {
  return { runIds: [...runIds], configurations: null, baseline: null, suites: null }
}

export function formatAgreements(agreements: readonly Agreement[]): string[] {
  if (agreements.length === 0) return ['No two judges have judged the same answers.']
  const rows = agreements.map(
    ({ suiteId, metric, judges, n, agreement, kappa, low, high, table }) => [
      suiteId,
      metric,
      judges[0],
      judges[1],
      String(n),
      `${(agreement * 100).toFixed(1)}%`,
      kappa === null ? 'none' : withInterval(kappa, low, high),
      table.join(' '),
    ],
  )
  const titles = [
    'suite',
    'metric',
    'first judge',
    'second judge',
    'n',
    'agree',
    'kappa [95%]',
    'both, first, second, none',
  ]
  return formatTable(
    titles.map((title) => ({ title, width: 60 })),
    rows,
  )
}

export function withInterval(value: number, low: number | null, high: number | null): string {
  const shown = value.toFixed(2)
  return low === null || high === null ? shown : `${shown} [${low.toFixed(2)}, ${high.toFixed(2)}]`
}
