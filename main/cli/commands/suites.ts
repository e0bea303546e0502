import type { Command } from 'commander'
import type { Suite } from '#contract/suites'
import { addCommand, type CommandContext } from '../command.ts'
import { formatTable } from '../table.ts'

export function addSuiteCommands(program: Command, context: CommandContext): void {
  const suites = program.command('suites').description('Suites and their data')

  addCommand(suites, context, {
    name: 'list',
    summary: 'List the suites and where their data stands',
    run: async ({ session, print }) => {
      const listed = await session.actions['suites.list']({})
      print(listed, () => formatSuites(listed))
    },
  })

  addCommand(suites, context, {
    name: 'add',
    summary: 'Use local data as the data of a suite',
    configure: (command) =>
      command
        .argument('<suite>', 'id of the suite')
        .argument('<path>', 'file, archive or folder in its format'),
    run: async ({ session, print, arguments: [suiteId = '', path = ''] }) => {
      const suite = await session.actions['suites.import']({ suiteId, path })
      print(suite, () => formatSuites([suite]))
    },
  })

  addCommand(suites, context, {
    name: 'obtain',
    summary: 'Download the data of a suite from its official address',
    configure: (command) => command.argument('<suite>', 'id of the suite'),
    run: async ({ session, print, arguments: [suiteId = ''] }) => {
      const suite = await session.actions['suites.obtain']({ suiteId })
      print(suite, () => formatSuites([suite]))
    },
  })
}

function formatSuites(listed: readonly Suite[]): string[] {
  const rows = listed.map((suite) => [
    suite.id,
    suite.kind,
    String(suite.version),
    suite.dataset === null ? '' : String(suite.dataset.sampleCount),
    suite.licence,
    describeData(suite),
  ])
  const titles = ['id', 'kind', 'version', 'samples', 'licence', 'data']
  return [
    ...formatTable(
      titles.map((title) => ({ title, width: 70 })),
      rows,
    ),
    ...listed.flatMap(({ id, caution }) => (caution === undefined ? [] : [`${id}: ${caution}`])),
  ]
}

function describeData({ id, dataset, obtain }: Suite): string {
  if (dataset !== null) return `${dataset.origin}, sha256 ${dataset.dataHash.slice(0, 12)}`
  return obtain === null
    ? `none: actbench suites add ${id} PATH`
    : `none: actbench suites obtain ${id}`
}
