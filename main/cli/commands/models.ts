import type { Command } from 'commander'
import type { Download, Model } from '#contract/models'
import { ActbenchError } from '#contract/errors'
import { addCommand, usageError, type CommandContext, type Invocation } from '../command.ts'
import { formatBytes } from '../numbers.ts'
import { textOption } from '../option-values.ts'
import { formatTable } from '../table.ts'

export function addModelCommands(program: Command, context: CommandContext): void {
  const models = program.command('models').description('Registered models')

  addCommand(models, context, {
    name: 'list',
    summary: 'List registered models',
    run: async ({ session, print }) => {
      const listed = await session.actions['models.list']({})
      print(listed, () => formatModels(listed))
    },
  })

  addCommand(models, context, {
    name: 'add',
    summary:
      'Register a GGUF file or a safetensors directory, or download one from the Hugging Face hub',
    configure: (command) =>
      command
        .argument('[path]', 'GGUF file or safetensors directory')
        .option(
          '--hub <repo[@revision]>',
          'repository to download, e.g. Qwen/Qwen2.5-0.5B-Instruct',
        )
        .option('--file <name>', 'GGUF file of that repository')
        .option('--name <name>', 'name to show; the checkpoint’s own by default'),
    run: async ({ session, print, io, arguments: [path], options }) => {
      const hub = textOption(options, 'hub')
      if ((path === undefined) === (hub === null)) {
        throw usageError(
          'models add: expected either a path or --hub',
          'actbench models add PATH, or actbench models add --hub ORGANISATION/NAME',
        )
      }
      const model =
        path === undefined
          ? await download({ session, io, hub: hub ?? '', file: textOption(options, 'file') })
          : await session.actions['models.add']({ path, name: textOption(options, 'name') })
      print(model, () => formatModels([model]))
    },
  })

  addCommand(models, context, {
    name: 'remove',
    summary: 'Take a model off the list; its files and results stay',
    configure: (command) => command.argument('<id>', 'id of the model'),
    run: async ({ session, print, arguments: [id = ''] }) => {
      await session.actions['models.remove']({ id })
      print(null, () => [`Removed ${id} from the list.`])
    },
  })
}

async function download(options: {
  readonly session: Invocation['session']
  readonly io: Invocation['io']
  readonly hub: string
  readonly file: string | null
}): Promise<Model> {
  const { session, io, hub, file } = options
  const [repo = '', revision = null] = hub.split('@')
  const stop = session.onEvent('download-progressed', (state) => {
    if (io.isInteractive || state.status !== 'running') io.status(formatDownload(state))
  })
  let started: Download | null = null
  const stopInterrupt = io.onInterrupt(() => {
    if (started !== null) void session.actions['models.cancelDownload']({ id: started.id })
  })
  try {
    started = await session.actions['models.download']({ repo, revision, file })
    const ended = await session.waitForDownload(started.id)
    if (ended.status === 'cancelled') {
      throw new ActbenchError({
        code: 'cancelled',
        message: `${repo}: cancelled; what has arrived is kept for the next time`,
      })
    }
    const listed = await session.actions['models.list']({})
    const model = listed.find(({ id }) => id === ended.modelId)
    if (model !== undefined) return model
    throw new ActbenchError({ code: 'network', message: ended.error ?? `${repo}: not downloaded` })
  } finally {
    stop()
    stopInterrupt()
  }
}

function formatDownload(state: Download): string {
  const rate = state.bytesPerSecond === null ? '' : `, ${formatBytes(state.bytesPerSecond)}/s`
  const whole = state.sizeBytes === null ? '' : ` of ${formatBytes(state.sizeBytes)}`
  return `${state.repo} ${state.status}: ${formatBytes(state.doneBytes)}${whole}${rate}`
}

function formatModels(listed: readonly Model[]): string[] {
  if (listed.length === 0) return ['No models yet. Add one: actbench models add PATH']
  const rows = listed.map((model) => [
    model.id,
    model.architecture,
    model.task ?? 'language-model',
    `${(model.parameters / 1e6).toFixed(1)}M`,
    model.quantisation,
    formatBytes(model.sizeBytes),
    model.licence ?? 'unknown',
    describeOrigin(model),
    describeState(model),
  ])
  const titles = [
    'id',
    'architecture',
    'task',
    'parameters',
    'quantisation',
    'size',
    'licence',
    'origin',
    'state',
  ]
  return formatTable(
    titles.map((title) => ({ title, width: 80 })),
    rows,
  )
}

function describeOrigin({ source }: Model): string {
  return source.kind === 'hub' ? source.repo : source.kind
}

function describeState(model: Model): string {
  if (!model.isPresent) return `files missing: ${model.path}`
  return model.unsupported.length === 0 ? 'ready' : `cannot run: ${model.unsupported.join(' ')}`
}
