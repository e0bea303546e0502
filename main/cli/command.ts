/** How every command is made: shared options, one place that opens the profile, prints the result and names the failure. */
import { Option, type Command } from 'commander'
import { ActbenchError, toAppError, type AppError } from '#contract/errors'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import type { OptionValues } from './option-values.ts'
import type { OpenSession, Session } from './session.ts'
import { plainText } from './terminal-text.ts'

export interface CommandContext {
  readonly io: Io
  readonly openSession: OpenSession
  /** Called once, with the exit code of the command that ran. */
  readonly finish: (code: ExitCode) => void
}

export interface Invocation {
  readonly session: Session
  readonly io: Io
  readonly arguments: readonly (string | undefined)[]
  /** The rest of a variadic argument. */
  readonly operands: readonly string[]
  readonly options: OptionValues
  /** The result: as JSON with --json, as lines otherwise. */
  readonly print: (value: unknown, lines: () => readonly string[]) => void
}

export interface CommandDefinition {
  readonly name: string
  readonly summary: string
  readonly configure?: (command: Command) => Command
  /** Returns the exit code; nothing means fine. */
  readonly run: (invocation: Invocation) => Promise<ExitCode | undefined | void>
}

export function addCommand(
  parent: Command,
  context: CommandContext,
  definition: CommandDefinition,
): void {
  const bare = parent.command(definition.name).description(definition.summary)
  const command = definition.configure?.(bare) ?? bare
  command
    .addOption(new Option('--json', 'one JSON value on stdout, nothing else'))
    .addOption(
      new Option('--profile <folder>', 'folder of the store and its files').env('ACTBENCH_HOME'),
    )
    .action(async () => {
      context.finish(await perform({ command, context, definition }))
    })
  for (const option of command.options) readFromEnvironment(option)
}

/** Every flag can be set in the environment: --batch-size by ACTBENCH_BATCH_SIZE. Flags win. */
function readFromEnvironment(option: Option): void {
  if (option.envVar !== undefined) return
  option.env(`ACTBENCH_${option.name().toUpperCase().replaceAll('-', '_')}`)
}

async function perform(given: {
  readonly command: Command
  readonly context: CommandContext
  readonly definition: CommandDefinition
}): Promise<ExitCode> {
  const { command, context, definition } = given
  const { io, openSession } = context
  const options: OptionValues = command.opts()
  const isJson = options['json'] === true
  let session: Session | null = null
  try {
    const profile = options['profile']
    session = await openSession({
      profile: typeof profile === 'string' ? profile : null,
      io,
    })
    const code = await definition.run({
      session,
      io,
      arguments: command.processedArgs.map(asText),
      operands: command.processedArgs.flatMap((value: unknown) =>
        Array.isArray(value) ? value.map(String) : [],
      ),
      options,
      print: (value, lines) => {
        if (isJson) io.out(JSON.stringify(value))
        else for (const line of lines()) io.out(line)
      },
    })
    return code ?? exitCodes.fine
  } catch (thrown) {
    return reportFailure({ thrown, io, isJson })
  } finally {
    await session?.close()
  }
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}

/** The one place where a failure becomes text. */
export function reportFailure(failure: {
  readonly thrown: unknown
  readonly io: Io
  readonly isJson: boolean
}): ExitCode {
  const { io, isJson } = failure
  const error: AppError = toAppError(failure.thrown)
  io.note(`actbench: ${plainText(error.message)}`)
  if (error.remedy !== null) io.note(plainText(error.remedy))
  // A stack helps only for what we did not foresee.
  if (error.code === 'internal' && error.details !== null) io.note(plainText(error.details))
  if (isJson) io.out(JSON.stringify({ error }))
  if (error.code === 'cancelled') return exitCodes.interrupted
  return isUsage(failure.thrown) ? exitCodes.usage : exitCodes.error
}

/** Thrown by a command whose arguments do not go together. */
export function usageError(message: string, remedy: string): ActbenchError {
  return new ActbenchError({ code: 'invalid-input', message, remedy, details: usageMark })
}

const usageMark = 'usage'

function isUsage(thrown: unknown): boolean {
  return thrown instanceof ActbenchError && thrown.details === usageMark
}
