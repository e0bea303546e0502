import type { Command } from 'commander'
import type { Adapter } from '#contract/adapters'
import { addCommand, type CommandContext } from '../command.ts'
import { formatBytes } from '../numbers.ts'
import { textOption } from '../option-values.ts'
import { formatTable } from '../table.ts'

export function addAdapterCommands(program: Command, context: CommandContext): void {
  const adapters = program.command('adapters').description('Registered low-rank adapters (LoRA)')

  addCommand(adapters, context, {
    name: 'list',
    summary: 'List registered adapters',
    run: async ({ session, print }) => {
      const listed = await session.actions['adapters.list']({})
      print(listed, () => formatAdapters(listed))
    },
  })

  addCommand(adapters, context, {
    name: 'add',
    summary: 'Register a folder that PEFT saved; name it as adapterId in a plan’s configuration',
    configure: (command) =>
      command
        .argument('<folder>', 'folder with adapter_config.json and adapter_model.safetensors')
        .option('--name <name>', 'name to show; the folder’s by default'),
    run: async ({ session, print, arguments: [path = ''], options }) => {
      const name = textOption(options, 'name')
      const adapter = await session.actions['adapters.add']({ path, name })
      print(adapter, () => formatAdapters([adapter]))
    },
  })

  addCommand(adapters, context, {
    name: 'remove',
    summary: 'Take an adapter off the list; its files and results stay',
    configure: (command) => command.argument('<id>', 'id of the adapter'),
    run: async ({ session, print, arguments: [id = ''] }) => {
      await session.actions['adapters.remove']({ id })
      print(null, () => [`Removed ${id} from the list.`])
    },
  })
}

function formatAdapters(listed: readonly Adapter[]): string[] {
  if (listed.length === 0) return ['No adapters yet. Add one: actbench adapters add FOLDER']
  const rows = listed.map((adapter) => [
    adapter.id,
    String(adapter.rank),
    String(adapter.alpha),
    adapter.targets.join(' '),
    formatLayers(adapter.layers),
    formatBytes(adapter.sizeBytes),
    adapter.baseModel ?? 'unknown',
    describeState(adapter),
  ])
  const titles = ['id', 'rank', 'alpha', 'targets', 'layers', 'size', 'base model', 'state']
  return formatTable(
    titles.map((title) => ({ title, width: 80 })),
    rows,
  )
}

function formatLayers(layers: readonly number[]): string {
  const [first] = layers
  const last = layers.at(-1)
  if (first === undefined || last === undefined) return 'none'
  const isRun = last - first + 1 === layers.length
  return isRun ? `${first} to ${last}` : `${layers.length} from ${first} to ${last}`
}

function describeState(adapter: Adapter): string {
  if (!adapter.isPresent) return `files missing: ${adapter.path}`
  return adapter.unsupported.length === 0
    ? 'ready'
    : `cannot be used: ${adapter.unsupported.join(' ')}`
}
