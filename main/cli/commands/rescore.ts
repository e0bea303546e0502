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
        .requiredOption('--scorer <id:variant>', 'e.g. refusal-keywords:zou2023-transfer')
        .addHelpText('after', scorerHelp),
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

/** Those that need no running model. */
const scorerHelp = `
Scorers of stored answers:
  refusal-keywords:zou2023-transfer            attack success and over-refusal, by phrases
  refusal-keywords:zou2023-attack
  refusal-keywords:quada-refusal-v1
  refusal-keywords:quada-refusal-v1-normalised
  refusal-keywords:actbench-opening-v1
  degenerate:v2                                empty, undecodable or looping answers
  degenerate:v1                                misses loops that punctuation hides: runs that
                                               were judged by it can be judged again by v2
  multiple-choice:log-likelihood
  multiple-choice:partial-evaluation
  exact-answer:gsm8k-strict
  exact-answer:gsm8k-flexible
  massive-nlu:reference                        intent and slots of utterances
  intent-choice:log-likelihood
  intent-choice:per-token
  slot-annotation:reference`
