import { Option, type Command } from 'commander'
import { cacheIdSchema, type Cache } from '#contract/caches'
import { addCommand, type CommandContext } from '../command.ts'
import { formatBytes } from '../numbers.ts'
import { textOption } from '../option-values.ts'
import { formatTable } from '../table.ts'

export function addCacheCommands(program: Command, context: CommandContext): void {
  const cache = program
    .command('cache')
    .description('What is kept only to save time and can be made again')

  addCommand(cache, context, {
    name: 'show',
    summary: 'List the caches of the profile with their sizes',
    run: async ({ session, print }) => {
      const found = await session.actions['caches.list']({})
      print(found, () => formatCaches(found))
    },
  })

  addCommand(cache, context, {
    name: 'clear',
    summary: 'Delete them; results, models and datasets stay',
    configure: (command) =>
      command.addOption(
        new Option('--only <cache>', 'this one alone').choices(cacheIdSchema.options),
      ),
    run: async ({ session, print, options }) => {
      const only = textOption(options, 'only')
      const ids = only === null ? cacheIdSchema.options : [cacheIdSchema.parse(only)]
      const before = await session.actions['caches.list']({})
      const after = await session.actions['caches.clear']({ ids: [...ids] })
      const freed = totalBytes(before) - totalBytes(after)
      print(after, () => [`Cleared ${formatBytes(Math.max(0, freed))}.`])
    },
  })
}

function totalBytes(caches: readonly Cache[]): number {
  return caches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function formatCaches(caches: readonly Cache[]): string[] {
  return [
    ...formatTable(
      [
        { title: 'cache' },
        { title: '' },
        { title: 'entries', align: 'right' },
        { title: 'size', align: 'right' },
      ],
      caches.map(({ id, title, entries, sizeBytes }) => [
        id,
        title,
        String(entries),
        formatBytes(sizeBytes),
      ]),
    ),
    '',
    ...caches.map(({ id, summary }) => `${id}: ${summary}`),
  ]
}
