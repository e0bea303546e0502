/** Reports: pure text from a comparison and its samples. Nothing is computed here that the comparison does not hold. */
import { csvWriter } from './csv.ts'
import { htmlWriter } from './html/page.ts'
import { jsonWriter } from './json.ts'
import { markdownWriter } from './markdown.ts'
import type { ReportOptions, ReportSample, ReportTextFormat, ReportWriter } from './types.ts'

export { figuresCsv } from './csv.ts'
export { mainColumns } from './main-columns.ts'
export type { ReportOptions, ReportSample, ReportTextFormat } from './types.ts'

const writers: Readonly<Record<ReportTextFormat, (options: ReportOptions) => ReportWriter>> = {
  html: htmlWriter,
  markdown: markdownWriter,
  csv: csvWriter,
  json: jsonWriter,
}

/** The whole report as one string: for comparisons whose samples fit into memory. */
export function renderReport(
  input: ReportOptions & { readonly samples: Iterable<ReportSample> },
): string {
  const writer = writers[input.format](input)
  const parts = [writer.head()]
  let count = 0
  for (const sample of input.samples) parts.push(writer.sample(sample, count++))
  parts.push(writer.foot(count))
  return parts.join('')
}

/** The report in pieces, one per sample: for any number of samples, written to a file as they come. */
export async function* writeReport(
  input: ReportOptions & { readonly samples: Iterable<ReportSample> | AsyncIterable<ReportSample> },
): AsyncGenerator<string, void> {
  const writer = writers[input.format](input)
  yield writer.head()
  let count = 0
  for await (const sample of input.samples) {
    const text = writer.sample(sample, count++)
    if (text !== '') yield text
  }
  yield writer.foot(count)
}
