import { Argument, type Command } from 'commander'
import { addCommand, usageError, type CommandContext } from '../command.ts'
import { wholeNumber } from '../option-values.ts'
import type { Session } from '../session.ts'

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
        `${status.running} running, ${status.queued} waiting${status.isQueuePaused ? ', paused' : ''}; at most ${status.concurrentJobs} at once.`,
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
    name: 'jobs',
    summary: 'Set how many jobs run at once, each in an engine process of its own',
    configure: (command) =>
      command.addArgument(
        new Argument(
          '<n>',
          'from 1 to 16; useful on a GPU, where one job leaves most of it idle',
        ).argParser(wholeNumber(1)),
      ),
    run: async ({ session, print, arguments: [count] }) => {
      await setJobsAtOnce(session, Number(count))
      print(null, () => [
        count === '1'
          ? 'One job runs at a time from now on.'
          : `${count ?? ''} jobs run at once from now on.`,
      ])
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

const mostJobs = 16

/** Kept in the profile. Throws a usage error beyond the range. */
export async function setJobsAtOnce(session: Session, jobs: number): Promise<void> {
  if (jobs > mostJobs) {
    throw usageError(
      `expected 1 to ${mostJobs} jobs at once, found ${jobs}`,
      'actbench queue jobs 4',
    )
  }
  await session.actions['queue.setConcurrency']({ jobs })
}
