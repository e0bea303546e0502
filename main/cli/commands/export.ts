import { Option, type Command } from 'commander'
import { reportFormatSchema } from '#contract/comparisons'
import { addCommand, type CommandContext } from '../command.ts'
import { formatBytes } from '../numbers.ts'
import { textOption } from '../option-values.ts'
import { reportFormat } from '../report-format.ts'
import { readSpec, withSpecOptions } from './compare.ts'

export function addExportCommand(program: Command, context: CommandContext): void {
  addCommand(program, context, {
    name: 'export',
    summary: 'Write the comparison of one or more runs to a file',
    configure: (command) =>
      withSpecOptions(command)
        .addOption(
          new Option(
            '--format <format>',
            'form of the report; without it the ending of the file says it',
          ).choices(reportFormatSchema.options),
        )
        .requiredOption('-o, --output <file>', 'file to write')
        .option('--with-answers', 'include prompts and answers, harmful ones too')
        .option('--figures', 'as csv: every figure in a row instead of the samples'),
    run: async ({ session, print, operands, options }) => {
      const path = textOption(options, 'output') ?? ''
      const asked = textOption(options, 'format')
      const written = await session.actions['comparisons.export']({
        spec: readSpec(operands, options),
        format: reportFormat(path, asked === null ? null : reportFormatSchema.parse(asked)),
        path,
        includeAnswers: options['withAnswers'] === true,
        onlyFigures: options['figures'] === true,
      })
      print(written, () => [`Wrote ${written.path} (${formatBytes(written.sizeBytes)}).`])
    },
  })
}
