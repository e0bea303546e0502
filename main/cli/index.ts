/** Entry of the command line program. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { createTerminalIo } from './io.ts'
import { openSession, projectFolder } from './open-session.ts'
import { runProgram } from './program.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(projectFolder(), 'package.json'), 'utf8')))

process.exitCode = await runProgram({
  parameters: process.argv.slice(2),
  io: createTerminalIo(),
  openSession,
  version,
})
