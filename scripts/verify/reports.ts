/** Whether exported reports are whole and well formed; each function returns what is wrong with one. */
import { isDeepStrictEqual } from 'node:util'
import Papa from 'papaparse'
import { z } from 'zod'
import { comparisonSchema, type Comparison, type ReportFormat } from '#contract/comparisons'
import { escapeHtml, escapeMarkdown } from '../../main/engine/reports/escape.ts'

const documentSchema = z.object({
  schema: z.literal('actbench-comparison'),
  comparison: comparisonSchema,
  samples: z.array(z.object({ sampleId: z.string() })),
})

export type CheckedFormat = Exclude<ReportFormat, 'pdf'>

export const reportProblems: Readonly<
  Record<CheckedFormat, (text: string, comparison: Comparison) => string[]>
> = { html: htmlProblems, markdown: markdownProblems, csv: csvProblems, json: jsonProblems }

function jsonProblems(text: string, comparison: Comparison): string[] {
  const parsed = documentSchema.safeParse(JSON.parse(text))
  if (!parsed.success) return [z.prettifyError(parsed.error)]
  // Two readings of the same samples: only the time of reading may differ.
  const isSame = isDeepStrictEqual(
    { ...parsed.data.comparison, createdAt: 0 },
    { ...comparison, createdAt: 0 },
  )
  const problems = isSame ? [] : ['its figures are not those of the comparison']
  const expected = sampleCount(comparison)
  const found = parsed.data.samples.length
  if (found !== expected) problems.push(`expected ${expected} samples, found ${found}`)
  return problems
}

/** One row per sample and configuration, all of the same width. */
function csvProblems(text: string, comparison: Comparison): string[] {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: 'greedy',
  })
  const problems = errors.map(({ message, row }) => `row ${row ?? 0}: ${message}`)
  const expected = sampleCount(comparison) * comparison.columns.length
  if (data.length !== expected) problems.push(`expected ${expected} rows, found ${data.length}`)
  const missing = ['suite', 'sample', 'configuration', 'prompt', 'answer'].filter(
    (name) => !(meta.fields ?? []).includes(name),
  )
  if (missing.length > 0) problems.push(`columns are missing: ${missing.join(', ')}`)
  return problems
}

function markdownProblems(text: string, comparison: Comparison): string[] {
  const problems = namesMissing(text, comparison, escapeMarkdown)
  const tables = text.split(/\n(?!\|)/).flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.startsWith('|'))
    return lines.length > 1 ? [lines] : []
  })
  if (!text.startsWith('# ')) problems.push('it does not begin with a heading')
  if (tables.length === 0) problems.push('it has no table')
  for (const lines of tables) {
    const widths = new Set(lines.map((line) => line.replaceAll('\\|', '').split('|').length))
    if (widths.size > 1) problems.push(`a table has rows of other widths: ${lines[0] ?? ''}`)
    if (!/^\|[\s:|-]+\|$/.test(lines[1] ?? ''))
      problems.push(`a table has no rule: ${lines[0] ?? ''}`)
  }
  return problems
}

const voidElements = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'col', 'wbr'])
const tag = /<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi

/** Closed elements in order, no script, nothing loaded from outside. */
function htmlProblems(text: string, comparison: Comparison): string[] {
  const problems = namesMissing(text, comparison, escapeHtml)
  if (!/^<!doctype html>/i.test(text)) problems.push('it does not begin with a doctype')
  if (!text.trimEnd().endsWith('</html>')) problems.push('it does not end with </html>')
  const open: string[] = []
  for (const [, slash, rawName = '', rest = ''] of text.matchAll(tag)) {
    const name = rawName.toLowerCase()
    if (name === 'script') problems.push('it holds a script')
    if (/\s(?:src|srcset|data)\s*=/i.test(rest) && !/=\s*"data:/i.test(rest)) {
      problems.push(`<${name}> loads something`)
    }
    if (slash === '/') {
      const last = open.pop()
      if (last !== name) return [...problems, `</${name}> closes <${last ?? 'nothing'}>`]
    } else if (!voidElements.has(name) && !rest.endsWith('/')) open.push(name)
  }
  if (open.length > 0) problems.push(`not closed: ${open.join(', ')}`)
  return problems
}

function namesMissing(
  text: string,
  { columns }: Comparison,
  escape: (name: string) => string,
): string[] {
  const missing = columns.filter(({ name }) => !text.includes(escape(name)))
  return missing.map(({ name }) => `"${name}" is not in it`)
}

/** Samples of all suites; each suite's columns hold the same ones. */
function sampleCount({ suites }: Comparison): number {
  return suites.reduce((sum, { samples }) => sum + Math.max(...samples), 0)
}
