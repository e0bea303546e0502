import { Argument, Option, type Command } from 'commander'
import { labelSchema, type JudgeAccuracy, type LabelReport } from '#contract/labels'
import { addCommand, type CommandContext } from '../command.ts'
import { numberOption, wholeNumber } from '../option-values.ts'
import { formatTable } from '../table.ts'
import { plainText } from '../terminal-text.ts'
import { withInterval } from './judge.ts'

export function addLabelCommands(program: Command, context: CommandContext): void {
  const labels = program
    .command('labels')
    .description('Labels of answers by a person, and what they say of the judges')

  addCommand(labels, context, {
    name: 'draw',
    summary: 'Draw answers of a run to label, without saying which configuration gave them',
    configure: (command) =>
      command
        .argument('<run>', 'id of the run')
        .argument('<suite>', 'id of the suite')
        .addOption(new Option('-n, --size <n>', 'how many').argParser(wholeNumber(1)).default(50))
        .addOption(
          new Option('--seed <n>', 'another seed draws others')
            .argParser(wholeNumber(0))
            .default(0),
        ),
    run: async ({ session, print, arguments: [run = '', suiteId = ''], options }) => {
      const items = await session.actions['labels.draw']({
        spec: specOf(run),
        suiteId,
        size: Math.min(numberOption(options, 'size') ?? 50, 1000),
        seed: numberOption(options, 'seed') ?? 0,
      })
      print(items, () =>
        items.flatMap(({ rowId, prompt, answer, label }) => [
          `row ${rowId}${label === null ? '' : ` (${label})`}`,
          'Prompt',
          plainText(prompt),
          'Answer',
          plainText(answer),
          '',
        ]),
      )
    },
  })

  addCommand(labels, context, {
    name: 'set',
    summary: 'Label an answer; "none" takes the label back',
    configure: (command) =>
      command
        .addArgument(new Argument('<row>', 'number of the row').argParser(wholeNumber(1)))
        .addArgument(
          new Argument('<label>', 'what the answer does').choices([...labelSchema.options, 'none']),
        ),
    run: async ({ session, print, arguments: [row = '', label = ''] }) => {
      const parsed = labelSchema.safeParse(label)
      await session.actions['labels.set']({
        rowId: Number(row),
        label: parsed.success ? parsed.data : null,
      })
      print(null, () => [`Row ${row}: ${label}.`])
    },
  })

  addCommand(labels, context, {
    name: 'report',
    summary: 'Show how good each judge is, by the labels, and the rates without its errors',
    configure: (command) =>
      command.argument('<run>', 'id of the run').argument('<suite>', 'id of the suite'),
    run: async ({ session, print, arguments: [run = '', suiteId = ''] }) => {
      const report = await session.actions['labels.report']({ spec: specOf(run), suiteId })
      print(report, () => formatReport(report))
    },
  })
}

function specOf(runId: string) {
  return { runIds: [runId], configurations: null, baseline: null, suites: null }
}

function formatReport(report: LabelReport): string[] {
  const { labelled, counts, judges, moreForHalfWidth } = report
  if (labelled === 0) return ['No labels yet. Draw some: actbench labels draw RUN SUITE']
  const kinds = Object.entries(counts).map(([label, count]) => `${count} ${label}`)
  return [
    `${labelled} labels: ${kinds.join(', ')}.`,
    ...(moreForHalfWidth === null
      ? []
      : [`${moreForHalfWidth} more would halve the widest interval of a judge.`]),
    '',
    ...formatTable(
      ['judge', 'metric', 'n', 'sensitivity', 'specificity', 'kappa'].map((title) => ({
        title,
        width: 60,
      })),
      judges.map((judge) => [
        judge.judge,
        judge.metric,
        String(judge.n),
        shareText(judge.sensitivity),
        shareText(judge.specificity),
        judge.kappa.value === null
          ? 'none'
          : withInterval(judge.kappa.value, judge.kappa.low, judge.kappa.high),
      ]),
    ),
    '',
    ...formatTable(
      ['judge', 'metric', 'configuration', 'judged', 'corrected'].map((title) => ({
        title,
        width: 60,
      })),
      judges.flatMap(({ judge, metric, rates }) =>
        rates.map(({ column, judged, corrected }) => [
          judge,
          metric,
          column,
          percent(judged),
          percent(corrected),
        ]),
      ),
    ),
  ]
}

function shareText({ value, low, high, n }: JudgeAccuracy['sensitivity']): string {
  return value === null ? 'none' : `${withInterval(value, low, high)} of ${n}`
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${(value * 100).toFixed(1)}%`
}
