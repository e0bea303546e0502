import type { Command } from 'commander'
import type { Health, HealthItem } from '#contract/system'
import { addCommand, type CommandContext } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { plainLine } from '../terminal-text.ts'

export function addDoctorCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'doctor',
    summary: 'Say what works on this machine and what does not',
    run: async ({ session, print }) => {
      const health = await session.actions['system.health']({})
      print(health, () => formatHealth(health))
      return health.items.some(({ status }) => status === 'failed')
        ? exitCodes.error
        : exitCodes.fine
    },
  })
}

const words: Readonly<Record<HealthItem['status'], string>> = {
  ok: 'ok      ',
  warning: 'warning ',
  failed: 'FAILED  ',
  absent: 'absent  ',
}

function formatHealth({ items, versions, paths, environment }: Health): string[] {
  return [
    ...items.flatMap(({ title, status, detail, remedy }) => [
      `${words[status]}${title}: ${plainLine(detail)}`,
      ...(remedy === null ? [] : [`          ${plainLine(remedy)}`]),
    ]),
    ...section('Versions', versions),
    ...section('Paths', paths),
    ...section('Environment', environment),
  ]
}

function section(title: string, entries: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(entries).map(([name, value]) => `  ${name}: ${plainLine(value)}`)
  return lines.length === 0 ? [] : ['', title, ...lines]
}
