import type { Command } from 'commander'
import { addCommand, type CommandContext } from '../command.ts'

export function addQueueCommands(program: Command, context: CommandContext): void {
  const queue = program
    .command('queue')
    .description('The queue of the profile, shared with the app')

  addCommand(queue, context, {
    name: 'status',
    summary: 'Say what runs and what waits',
    run: async ({ session, print }) => {
      const status = await session.actions['system.status']({})
      print(status, () => [
        `${status.running} running, ${status.queued} waiting${status.isQueuePaused ? ', paused' : ''}.`,
      ])
    },
  })

  addCommand(queue, context, {
    name: 'pause',
    summary: 'Begin no further job; the running one goes back into the queue',
    run: async ({ session, print }) => {
      await session.actions['queue.pause']({})
      print(null, () => ['The queue is paused.'])
    },
  })

  addCommand(queue, context, {
    name: 'resume',
    summary: 'Let the queue go on',
    run: async ({ session, print }) => {
      await session.actions['queue.resume']({})
      print(null, () => ['The queue goes on where the app or "actbench run" works on it.'])
    },
  })
}
