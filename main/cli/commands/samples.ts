import { Argument, Option, type Command } from 'commander'
import type { StoredSample } from '#contract/jobs'
import { addCommand, type CommandContext } from '../command.ts'
import { numberOption, wholeNumber } from '../option-values.ts'
import { formatTable } from '../table.ts'
import { plainLine, plainText } from '../terminal-text.ts'

const limitOption = () =>
  new Option('-L, --limit <n>', 'how many').argParser(wholeNumber(1)).default(20)

export function addSampleCommands(program: Command, context: CommandContext): void {
  const samples = program.command('samples').description('Stored prompts and answers')

  addCommand(samples, context, {
    name: 'list',
    summary: 'List the samples of a job, the first line of each answer',
    configure: (command) => command.argument('<job>', 'id of the job').addOption(limitOption()),
    run: async ({ session, print, arguments: [id = ''], options }) => {
      const listed = await session.actions['jobs.samples']({
        id,
        afterRowId: null,
        limit: Math.min(numberOption(options, 'limit') ?? 20, 500),
        newestFirst: false,
      })
      print(listed, () => formatSamples(listed))
    },
  })

  addCommand(samples, context, {
    name: 'show',
    summary: 'Show one sample in full',
    configure: (command) =>
      command.addArgument(
        new Argument('<row>', 'number of the row, as the list shows it').argParser(wholeNumber(1)),
      ),
    run: async ({ session, print, arguments: [row = ''] }) => {
      const sample = await session.actions['samples.get']({ rowId: Number(row) })
      print(sample, () => [
        `${sample.suiteId} ${plainLine(sample.sampleId)} under ${plainLine(sample.configurationName)}`,
        '',
        'Prompt',
        plainText(sample.prompt),
        '',
        'Answer',
        plainText(sample.response?.text ?? '(none)'),
        '',
        ...sample.scores.map(describeScore),
      ])
    },
  })

  addCommand(samples, context, {
    name: 'search',
    summary: 'Search all stored prompts and answers',
    configure: (command) => command.argument('<text>', 'words to find').addOption(limitOption()),
    run: async ({ session, print, arguments: [text = ''], options }) => {
      const limit = Math.min(numberOption(options, 'limit') ?? 20, 100)
      const hits = await session.actions['samples.search']({ text, limit })
      print(hits, () =>
        formatTable(
          ['row', 'job', 'configuration', 'excerpt'].map((title) => ({ title, width: 100 })),
          hits.map((hit) => [String(hit.rowId), hit.jobId, hit.configurationName, hit.excerpt]),
        ),
      )
    },
  })
}

function formatSamples(listed: readonly StoredSample[]): string[] {
  const rows = listed.map((sample) => [
    String(sample.rowId),
    sample.sampleId,
    sample.scores.map(({ label }) => label).join(', '),
    sample.prompt,
    sample.error?.message ?? sample.answer ?? '',
  ])
  const titles = ['row', 'sample', 'labels', 'prompt', 'answer']
  return formatTable(
    titles.map((title) => ({ title, width: 50 })),
    rows,
  )
}

function describeScore(score: StoredSample['scores'][number]): string {
  const value = score.value === null ? 'not judged' : String(score.value)
  const evidence = score.evidence === null ? '' : `: ${plainLine(score.evidence, 100)}`
  return `${score.scorer} (${score.variant}) ${score.name} ${value}, ${plainLine(score.label)}${evidence}`
}
