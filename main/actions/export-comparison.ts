/** A comparison as a file: text from the engine's reports, a PDF through whatever can print here. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { CallInput, CallOutput } from '#contract/calls'
import { ActbenchError } from '#contract/errors'
import type {
  ComparedPage,
  ComparedSample,
  Comparison,
  ComparisonSpec,
} from '#contract/comparisons'
import type { NluErrors } from '#contract/nlu-errors'
import type { Services } from './services.ts'
import { writeWhole } from './write-file.ts'

/** Samples read from the store at a time. */
const pageSize = 200

/** Throws what the comparison throws, and `storage` or `resource-exhausted` when the file cannot be written. */
export async function exportComparison(
  services: Services,
  { spec, format, path, includeAnswers, onlyFigures }: CallInput<'comparisons.export'>,
): Promise<CallOutput<'comparisons.export'>> {
  const { reader } = services
  const comparison = await reader.read('comparisons.get', spec)
  const target = resolve(path)
  if (onlyFigures === true) {
    if (format !== 'csv') throw figuresAreCsv(format)
    const nluErrors = await readNluErrors(services, { spec, comparison })
    const text = services.catalog.figuresCsv(comparison, nluErrors)
    return { path: target, sizeBytes: await writeWhole(target, [text]) }
  }
  const agreements = format === 'csv' ? [] : await reader.read('comparisons.agreement', spec)
  const nluErrors = format === 'csv' ? [] : await readNluErrors(services, { spec, comparison })
  const report = (textFormat: Exclude<typeof format, 'pdf'>): AsyncIterable<string> =>
    services.catalog.writeReport({
      comparison,
      samples: readSamples({ services, spec, comparison }),
      format: textFormat,
      includeAnswers,
      agreements,
      nluErrors,
    })
  const sizeBytes =
    format === 'pdf'
      ? await writeWhole(target, [await printHtml(services, report('html'))])
      : await writeWhole(target, report(format))
  return { path: target, sizeBytes }
}

function figuresAreCsv(format: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Figures alone are written as csv, found the format ${format}`,
    remedy: 'Choose csv; the other formats hold the figures and the samples.',
  })
}

/** Of every suite of utterances, over the configurations that have a column in the tables of a report. */
async function readNluErrors(
  { catalog, reader }: Services,
  { spec, comparison }: { readonly spec: ComparisonSpec; readonly comparison: Comparison },
): Promise<NluErrors[]> {
  const { columns } = catalog.mainColumns(comparison)
  const shown: ComparisonSpec = {
    ...spec,
    configurations: columns.map(({ hash }) => hash),
    baseline: columns.find(({ isBaseline }) => isBaseline)?.hash ?? null,
  }
  const errors: NluErrors[] = []
  for (const { id: suiteId, kind } of comparison.suites) {
    if (kind !== 'nlu') continue
    const query = { spec: shown, suiteId, locale: null }
    const found = await reader.read('comparisons.nluErrors', query)
    if (found.tables.length > 0) errors.push(found)
  }
  return errors
}

/** Suite by suite, flips first, as the page shows them; the main judge of a suite says what a flip is. */
async function* readSamples(options: {
  readonly services: Services
  readonly spec: ComparisonSpec
  readonly comparison: Comparison
}): AsyncIterable<ComparedSample & { suiteId: string }> {
  const { services, spec, comparison } = options
  for (const { id: suiteId } of comparison.suites) {
    const row = comparison.rows.find((candidate) => candidate.suiteId === suiteId)
    if (row === undefined) continue
    const { scorer, variant } = row
    let cursor: string | null = null
    do {
      const page: ComparedPage = await services.reader.read('comparisons.samples', {
        spec,
        filter: { suiteId, scorer, variant, search: '', show: 'all', category: null },
        cursor,
        limit: pageSize,
      })
      for (const sample of page.samples) yield { ...sample, suiteId }
      cursor = page.nextCursor
    } while (cursor !== null)
  }
}

/** The HTML lies in the cache only as long as it is being printed: it may hold harmful text. */
async function printHtml(
  { paths, printPdf }: Services,
  html: AsyncIterable<string>,
): Promise<Uint8Array> {
  await mkdir(paths.cache, { recursive: true })
  const htmlPath = join(paths.cache, `report-${randomUUID()}.html`)
  try {
    await writeWhole(htmlPath, html)
    return await printPdf(htmlPath)
  } finally {
    await rm(htmlPath, { force: true })
  }
}
