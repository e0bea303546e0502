import { resolve } from 'node:path'
import type { Command } from 'commander'
import { addCommand, type CommandContext } from '../command.ts'
import { formatComparison } from '../comparison-text.ts'
import { exitCodes } from '../exit-codes.ts'
import { textOption } from '../option-values.ts'
import { hasResults, workOff } from '../run-plan.ts'

export function addDemoCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'demo',
    summary: 'Run the embedded comparison, offline: prints the table and writes an HTML report',
    configure: (command) =>
      command.option('-o, --output <file>', 'report to write', 'actbench-demo.html'),
    run: async ({ session, io, options, print }) => {
      const started = await session.actions['plans.demo']({})
      io.note(`Run ${started.id}: ${started.jobs.length} jobs on the embedded model.`)
      const { run, code } = await workOff({ session, io, run: started })
      if (code !== exitCodes.fine || !hasResults(run)) {
        print({ run, comparison: null, report: null }, () => [])
        return code
      }
      const spec = { runIds: [run.id], configurations: null, baseline: null, suites: null }
      const comparison = await session.actions['comparisons.get'](spec)
      const report = await session.actions['comparisons.export']({
        spec,
        format: 'html',
        path: resolve(textOption(options, 'output') ?? 'actbench-demo.html'),
        includeAnswers: true,
      })
      print({ run, comparison, report }, () => [
        ...formatComparison(comparison),
        '',
        `Report: ${report.path}`,
      ])
      return code
    },
  })
}
