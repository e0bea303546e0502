import type { Command } from 'commander'
import { addCommand, usageError, type CommandContext } from '../command.ts'
import { textOption } from '../option-values.ts'

export function addRescoreCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'rescore',
    summary:
      'Judge the stored answers of a job again, without generating; earlier scores stay as history',
    configure: (command) =>
      command
        .argument('<job>', 'id of the job')
        .requiredOption('--scorer <id:variant>', 'e.g. refusal-keywords:zou2023-transfer'),
    run: async ({ session, print, arguments: [id = ''], options }) => {
      const [scorer, variant] = (textOption(options, 'scorer') ?? '').split(':')
      if (scorer === undefined || variant === undefined || variant === '') {
        throw usageError('rescore: expected --scorer ID:VARIANT', 'Both parts are needed.')
      }
      const scoring = await session.actions['jobs.rescore']({ id, scorer: { id: scorer, variant } })
      print(scoring, () => [
        `Judged ${scoring.samples} answers of ${id} by ${scorer}:${variant}, version ${scoring.version}.`,
      ])
    },
  })
}
