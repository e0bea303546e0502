import type { Command } from 'commander'
import type { Job, Run } from '#contract/jobs'
import { addCommand, type CommandContext } from '../command.ts'
import { formatDuration } from '../numbers.ts'
import { formatTable } from '../table.ts'

export function addRunCommands(program: Command, context: CommandContext): void {
  const runs = program.command('runs').description('Runs: jobs that were queued together')

  addCommand(runs, context, {
    name: 'list',
    summary: 'List all runs, the newest first',
    run: async ({ session, print, io }) => {
      const listed = await session.actions['runs.list']({})
      print(listed, () => formatRuns(listed))
      if (session.isSwept()) return
      io.note('Deleting what a removed run has left; stopped, it goes on another time.')
      await session.sweep()
    },
  })

  addCommand(runs, context, {
    name: 'show',
    summary: 'Show the jobs of a run',
    configure: (command) => command.argument('<run>', 'id of the run'),
    run: async ({ session, print, arguments: [id = ''] }) => {
      const run = await session.actions['runs.get']({ id })
      print(run, () => formatJobs(run.jobs))
    },
  })

  addCommand(runs, context, {
    name: 'cancel',
    summary: 'Cancel the jobs of a run that are not done, wherever they run; stored samples stay',
    configure: (command) => command.argument('<run>', 'id of the run'),
    run: async ({ session, print, arguments: [id = ''] }) => {
      await session.actions['runs.cancel']({ id })
      const run = await session.actions['runs.get']({ id })
      print(run, () => formatJobs(run.jobs))
    },
  })

  addCommand(runs, context, {
    name: 'remove',
    summary: 'Delete a run with its samples',
    configure: (command) => command.argument('<run>', 'id of the run'),
    run: async ({ session, print, arguments: [id = ''] }) => {
      await session.actions['runs.remove']({ id })
      await session.sweep()
      print(null, () => [`Removed run ${id} with its samples.`])
    },
  })
}

function formatRuns(listed: readonly Run[]): string[] {
  if (listed.length === 0) return ['No runs yet. Start one: actbench run PLAN.yaml']
  const rows = listed.map((run) => [
    run.id,
    new Date(run.createdAt).toISOString().slice(0, 16).replace('T', ' '),
    run.name,
    `${run.jobs.filter(({ status }) => status === 'done').length} of ${run.jobs.length}`,
    [...new Set(run.jobs.map(({ status }) => status))].join(', '),
  ])
  const titles = ['id', 'created (UTC)', 'name', 'jobs done', 'states']
  return formatTable(
    titles.map((title) => ({ title, width: 60 })),
    rows,
  )
}

export function formatJobs(jobs: readonly Job[]): string[] {
  const rows = jobs.map((job) => [
    job.id,
    job.configurationName,
    job.suiteId,
    job.status,
    `${job.done}${job.total === null ? '' : ` of ${job.total}`}`,
    job.failed === 0 ? '' : String(job.failed),
    formatDuration(job.activeMs),
    job.error?.message ?? '',
  ])
  const titles = ['id', 'configuration', 'suite', 'state', 'samples', 'failed', 'time', 'error']
  return formatTable(
    titles.map((title) => ({ title, width: 60 })),
    rows,
  )
}
