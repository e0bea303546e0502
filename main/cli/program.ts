/** The command line as a whole: reads arguments, runs one command, returns the exit code. */
import { Command, CommanderError } from 'commander'
import type { CommandContext } from './command.ts'
import { addAdapterCommands } from './commands/adapters.ts'
import { addCacheCommands } from './commands/cache.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExportCommand } from './commands/export.ts'
import { addJudgeCommands } from './commands/judge.ts'
import { addLabelCommands } from './commands/labels.ts'
import { addModelCommands } from './commands/models.ts'
import { addQueueCommands } from './commands/queue.ts'
import { addRescoreCommand } from './commands/rescore.ts'
import { addRunCommand } from './commands/run.ts'
import { addRunCommands } from './commands/runs.ts'
import { addSampleCommands } from './commands/samples.ts'
import { addSuiteCommands } from './commands/suites.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import type { OpenSession } from './session.ts'

export async function runProgram(options: {
  readonly parameters: readonly string[]
  readonly io: Io
  readonly openSession: OpenSession
  readonly version: string
}): Promise<ExitCode> {
  const { io, openSession, version } = options
  let code: ExitCode = exitCodes.fine
  const program = createProgram({
    io,
    openSession,
    version,
    finish: (finished) => {
      code = finished
    },
  })
  try {
    await program.parseAsync(withHyphens(options.parameters), { from: 'user' })
    return code
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    return thrown.exitCode === 0 ? exitCodes.fine : exitCodes.usage
  }
}

function createProgram(context: CommandContext & { readonly version: string }): Command {
  const { io, version } = context
  const program = new Command('actbench')
    .description('Measures what activation-level interventions do to local language models')
    .version(version)
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.note(text.trimEnd()),
    })
    .showHelpAfterError('(--help shows what is possible)')
    .addHelpText('after', exitCodeHelp)
    // Subcommands inherit it: commander throws instead of ending the process.
    .exitOverride()
  addRunCommand(program, context)
  addDemoCommand(program, context)
  addCompareCommand(program, context)
  addExportCommand(program, context)
  addModelCommands(program, context)
  addAdapterCommands(program, context)
  addSuiteCommands(program, context)
  addRunCommands(program, context)
  addSampleCommands(program, context)
  addRescoreCommand(program, context)
  addJudgeCommands(program, context)
  addLabelCommands(program, context)
  addQueueCommands(program, context)
  addCacheCommands(program, context)
  addDoctorCommand(program, context)
  return program
}

const exitCodeHelp = `
Exit codes: 0 fine, 1 error, 2 usage, 100 a threshold failed, 130 interrupted (the run can be resumed).
Flags may be written with - or _; ACTBENCH_HOME sets the profile.`

/** People who come from other harnesses type --batch_size; values after "=" stay as they are. */
export function withHyphens(parameters: readonly string[]): string[] {
  return parameters.map((parameter) => {
    const [, name = '', rest = ''] = /^(--[A-Za-z][\w-]*)(.*)$/s.exec(parameter) ?? []
    return name === '' ? parameter : name.replaceAll('_', '-') + rest
  })
}
