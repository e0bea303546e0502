/** Which form a report has: as asked for, or as its file's name says. */
import { extname } from 'node:path'
import type { ReportFormat } from '#contract/comparisons'
import { usageError } from './command.ts'

const formatOfExtension: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.pdf': 'pdf',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.csv': 'csv',
  '.json': 'json',
}

/** Throws a usage error when the name says another form than `asked`, or, without `asked`, none. */
export function reportFormat(path: string, asked: ReportFormat | null): ReportFormat {
  const extension = extname(path).toLowerCase()
  const said = Object.hasOwn(formatOfExtension, extension)
    ? formatOfExtension[extension]
    : undefined
  if (asked === null) {
    if (said !== undefined) return said
    throw usageError(
      `--output ${path}: expected a name that ends in ${Object.keys(formatOfExtension).join(', ')}, found ${extension === '' ? 'no ending' : extension}`,
      'Name the file after its form, or say it with --format.',
    )
  }
  if (said === undefined || said === asked) return asked
  throw usageError(
    `--format ${asked}: ${path} is named like ${said}`,
    'Leave --format out, or name the file after its form.',
  )
}
