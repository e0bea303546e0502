import type { Command } from 'commander'
import { addCommand, type CommandContext } from '../command.ts'
import type { Comparison, ComparisonSpec } from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'
import { formatComparison, shownColumns } from '../comparison-text.ts'
import { exitCodes } from '../exit-codes.ts'
import { neverRun } from '../missing-figures.ts'
import { collected, listOption, textOption, type OptionValues } from '../option-values.ts'
import type { Session } from '../session.ts'
import { crossings, parseThreshold, type Unfinished } from '../thresholds.ts'

const thresholdHelp = `
Thresholds: METRIC[@SUITE]>VALUE or <VALUE. A signed value is a difference to the baseline, an unsigned one the
value itself, rates in points; a job that is not done fails. Exit code 100 when one fails:
  actbench compare RUN --fail-if "attack_success>+2" --fail-if "over_refusal@xstest>10"`

export function addCompareCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'compare',
    summary: 'Compare the configurations of one or more runs',
    configure: (command) =>
      withSpecOptions(command)
        .option('--fail-if <threshold>', 'fail with exit code 100; may be repeated', collected)
        .addHelpText('after', thresholdHelp),
    run: async ({ session, print, io, operands, options }) => {
      // Read first: a threshold with a slip must not cost a comparison.
      const thresholds = listOption(options, 'failIf').map(parseThreshold)
      const spec = readSpec(operands, options)
      const comparison = await session.actions['comparisons.get'](spec)
      const errors =
        options['json'] === true ? [] : await readNluErrors(session, { spec, comparison })
      const unfinished =
        thresholds.length === 0 ? undefined : await readUnfinished(session, operands)
      const failures = thresholds.flatMap((threshold) =>
        crossings(threshold, comparison, unfinished),
      )
      print(thresholds.length === 0 ? comparison : { ...comparison, failures }, () =>
        formatComparison(comparison, errors),
      )
      for (const failure of failures) io.note(`failed: ${failure}`)
      return failures.length > 0 ? exitCodes.thresholdFailed : exitCodes.fine
    },
  })
}

/** Of each suite of utterances, over the columns that stand in every table. */
async function readNluErrors(
  { actions }: Session,
  { spec, comparison }: { readonly spec: ComparisonSpec; readonly comparison: Comparison },
): Promise<NluErrors[]> {
  const shown = shownColumns(comparison, neverRun(comparison))
  const columns = comparison.columns.filter((_, index) => shown.has(index))
  const ofShown: ComparisonSpec = {
    ...spec,
    configurations: columns.map(({ hash }) => hash),
    baseline: columns.find(({ isBaseline }) => isBaseline)?.hash ?? null,
  }
  const suites = comparison.suites.filter(({ kind }) => kind === 'nlu')
  const errors: NluErrors[] = []
  for (const { id: suiteId } of suites) {
    errors.push(await actions['comparisons.nluErrors']({ spec: ofShown, suiteId, locale: null }))
  }
  return errors
}

async function readUnfinished(
  { actions }: Session,
  runIds: readonly string[],
): Promise<Unfinished> {
  const details = await Promise.all(runIds.map((id) => actions['runs.get']({ id })))
  const jobs = details.flatMap((run) => run.jobs)
  const answering = new Map<string, string>()
  const judging = new Map<string, { judge: string; status: string }>()
  const judged = new Set(
    jobs.flatMap(({ task, status }) => (status === 'done' ? [JSON.stringify(task)] : [])),
  )
  for (const { id, task, status } of jobs) {
    if (status === 'done') continue
    if (task?.kind !== 'judging') answering.set(id, status)
    // What a later job of the same judge has made good is not missing.
    else if (!judged.has(JSON.stringify(task))) {
      judging.set(task.sourceJobId, { judge: `judge-${task.use.rubric}`, status })
    }
  }
  return { answering, judging }
}

/** Arguments and options that choose what is compared; shared with export. */
export function withSpecOptions(command: Command): Command {
  return command
    .argument('<run...>', 'ids of the runs')
    .option('--baseline <configuration>', 'name or hash; the first one by default')
    .option('--configuration <configuration>', 'only these columns; may be repeated', collected)
    .option('--suite <suite>', 'only these suites; may be repeated', collected)
}

export function readSpec(runIds: readonly string[], options: OptionValues): ComparisonSpec {
  const columns = listOption(options, 'configuration')
  const suites = listOption(options, 'suite')
  return {
    runIds: [...runIds],
    configurations: columns.length === 0 ? null : columns,
    baseline: textOption(options, 'baseline'),
    suites: suites.length === 0 ? null : suites,
  }
}
