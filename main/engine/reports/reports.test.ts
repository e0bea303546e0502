import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Comparison } from '#contract/comparisons'
import { planSchema } from '#contract/plans'
import { compare } from '../comparison/index.ts'
import { columnOf, inputOf, richInput } from '../comparison/fixtures/sample-input.ts'
import { escapeHtml, escapeMarkdown, fencedBlock } from './escape.ts'
import { logScale, needsLogScale, niceScale } from './html/scale.ts'
import { figuresCsv, renderReport, writeReport, type ReportSample } from './index.ts'
import { planYaml } from './plan-yaml.ts'

const comparison: Comparison = {
  ...compare(richInput(3, 80)),
  title: 'Title <script>alert(1)</script> | `x`',
}

const attack = '<img src=x onerror=alert(1)>'

function samplesOf(count: number): ReportSample[] {
  return Array.from({ length: count }, (_, index) => ({
    suiteId: 'advbench',
    sampleId: `s${index}`,
    index,
    category: 'even',
    expectation: 'refuse',
    prompt: `SECRET prompt ${attack}`,
    isFlip: index === 0,
    answers: comparison.columns.map((_, column) =>
      column === 3
        ? null
        : {
            rowId: index * 10 + column,
            answer: `=SECRET answer ${attack} "quoted",\n\`\`\`\nline`,
            newTokens: 9,
            scores: [
              {
                scorer: 'refusal-keywords',
                variant: 'zou2023-transfer',
                version: 1,
                name: 'attack_success',
                value: column === 1 ? null : 0,
                weight: 1,
                label: column === 1 ? 'unscored' : 'refused',
                evidence: 'SECRET evidence',
              },
            ],
            errorMessage: column === 2 ? 'out of memory' : null,
            firstDivergence: null,
          },
    ),
  }))
}

function render(
  format: 'html' | 'markdown' | 'csv' | 'json',
  includeAnswers = true,
  count = 2,
): string {
  return renderReport({ comparison, samples: samplesOf(count), format, includeAnswers })
}

describe('every format', () => {
  for (const format of ['html', 'markdown', 'csv', 'json'] as const) {
    it(`${format} leaves prompts, answers and evidence out unless asked`, () => {
      expect(render(format, true)).toContain('SECRET')
      expect(render(format, false)).not.toContain('SECRET')
    })
    it(`${format} is the same whole and streamed`, async () => {
      const samples = samplesOf(3)
      const pieces: string[] = []
      async function* later() {
        for (const sample of samples) {
          await Promise.resolve()
          yield sample
        }
      }
      const options = { comparison, format, includeAnswers: true }
      for await (const piece of writeReport({ ...options, samples: later() })) pieces.push(piece)
      expect(pieces.length).toBeGreaterThan(3)
      expect(pieces.join('')).toBe(renderReport({ ...options, samples }))
    })
    it(`${format} can be written without samples and without rows`, () => {
      const empty = compare(inputOf([columnOf('Alone')], []))
      const text = renderReport({ comparison: empty, samples: [], format, includeAnswers: true })
      expect(text.length).toBeGreaterThan(0)
    })
  }
})

describe('html', () => {
  const html = render('html')
  it('loads nothing and runs nothing', () => {
    expect(html).toContain(`default-src 'none'`)
    expect(html).not.toMatch(/<script|<link|<iframe|<img|@import|url\((?!#)/i)
    expect(html).not.toMatch(/\s(src|href|on\w+)=["']/i)
  })
  it('escapes titles, names, prompts and answers', () => {
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain('&lt;b&gt;INT4&lt;/b&gt; &amp; &quot;fast&quot;')
    expect(html).toContain('SECRET answer &lt;img src=x')
  })
  it('closes every element that it opens', () => {
    for (const name of [
      'div',
      'table',
      'tr',
      'td',
      'details',
      'svg',
      'g',
      'figure',
      'ul',
      'li',
      'p',
    ]) {
      const opened = html.match(new RegExp(`<${name}[\\s>]`, 'g'))?.length ?? 0
      const closed = html.match(new RegExp(`</${name}>`, 'g'))?.length ?? 0
      expect(closed, name).toBe(opened)
    }
  })
  it('says the verdict, the judges with their phrases, licences, hashes and how to repeat', () => {
    for (const { text } of comparison.verdict.slice(0, 1)) expect(html).toContain(escapeHtml(text))
    expect(html).toContain('refusal-keywords (zou2023-transfer)')
    expect(html).toContain('&quot;I apologize&quot;')
    expect(html).toContain('CC BY 4.0')
    expect(html).toContain('d'.repeat(64))
    expect(html).toContain('NOT verified')
    expect(html).toContain('actbench run plan.yaml')
  })
  it('draws numbers only', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined/)
    expect(html.match(/<svg/g)!.length).toBeGreaterThanOrEqual(6)
  })
  it('says when it shows only the first samples', () => {
    expect(render('html', false, 1001)).toContain('Only the first 1,000 of 1,001 samples are shown')
    expect(render('html', false, 1001)).not.toContain('<b>s1000</b>')
  })
})

describe('markdown', () => {
  it('escapes markup, links and table borders', () => {
    expect(escapeMarkdown('a|b *c* [d](http://e) <f> # g\nh')).toBe(
      'a\\|b \\*c\\* \\[d\\](http:\u200b//e) &lt;f&gt; \\# g h',
    )
    expect(escapeMarkdown('1. item')).toBe('1\\. item')
    expect(escapeMarkdown('- item')).toBe('\\- item')
  })
  it('fences answers beyond their own backticks', () => {
    expect(fencedBlock('a\n````\nb')).toBe('`````text\na\n````\nb\n`````\n')
    expect(render('markdown')).toContain('````text\n=SECRET answer')
  })
  it('has rectangular tables', () => {
    const tables = render('markdown')
      .replace(/`{4,}text\n[^]*?\n`{4,}\n/g, '')
      .split('\n\n')
      .filter((block) => block.startsWith('| '))
      .map((block) => block.trimEnd().split('\n'))
    expect(tables.flat().length).toBeGreaterThan(20)
    for (const rows of tables) {
      for (const row of rows) expect(row.endsWith(' |'), row).toBe(true)
      const widths = rows.map((row) => row.replace(/\\\|/g, '').split('|').length)
      expect(new Set(widths).size, rows[0]).toBe(1)
    }
  })
})

describe('csv', () => {
  it('has one row per sample and configuration, guarded against formulas', () => {
    const { data, errors } = Papa.parse<Record<string, string>>(render('csv'), {
      header: true,
      skipEmptyLines: true,
    })
    expect(errors).toEqual([])
    expect(data).toHaveLength(2 * 3)
    expect(data[0]).toMatchObject({
      suite: 'advbench',
      sample: 's0',
      flip: 'true',
      letter: 'A',
      'refusal-keywords (zou2023-transfer)': '0',
      'refusal-keywords (zou2023-transfer) label': 'refused',
    })
    expect(data[0]['answer']).toMatch(/^'=SECRET answer/)
    // Could not be judged is empty, not zero.
    expect(data[1]['refusal-keywords (zou2023-transfer)']).toBe('')
    expect(data[2]['error']).toBe('out of memory')
  })
  it('guards what hides behind spaces, line ends and full-width signs', () => {
    for (const risky of ['=1', ' =1', '+1', '-1', '@x', '\t=1', '=1\nb', '＝1']) {
      const [sample] = samplesOf(1)
      const text = renderReport({
        comparison,
        samples: [{ ...sample, prompt: risky }],
        format: 'csv',
        includeAnswers: true,
      })
      const { data } = Papa.parse<Record<string, string>>(text, { header: true })
      expect(data[0]['prompt'], JSON.stringify(risky)).toMatch(/^'/)
    }
  })
  it('ends lines with CRLF and leaves negative numbers alone', () => {
    const figures = figuresCsv(comparison)
    expect(figures.split('\r\n').length).toBeGreaterThan(20)
    const { data } = Papa.parse<Record<string, string>>(figures, {
      header: true,
      skipEmptyLines: true,
    })
    const margin = data.find(
      (row) =>
        row['metric'] === 'refusal_margin' && row['letter'] === 'C' && row['category'] === '',
    )
    expect(Number(margin?.['difference'])).toBeLessThan(0)
    expect(margin?.['detected']).toBe('true')
    expect(data.some((row) => row['category'] === 'odd')).toBe(true)
  })
})

describe('json', () => {
  it('is one valid document with the comparison and its samples', () => {
    for (const count of [0, 1, 3]) {
      const document = JSON.parse(render('json', true, count)) as {
        schema: string
        schemaVersion: number
        comparison: Comparison
        samples: ReportSample[]
      }
      expect(document.schema).toBe('actbench-comparison')
      expect(document.schemaVersion).toBe(1)
      expect(document.comparison).toEqual(JSON.parse(JSON.stringify(comparison)))
      expect(document.samples).toHaveLength(count)
    }
  })
})

describe('plan', () => {
  it('repeats the comparison and is a valid plan', () => {
    const plan = planSchema.parse(parse(planYaml(comparison)))
    expect(plan.configurations.map(({ name }) => name)).toEqual(
      comparison.columns.map(({ name }) => name),
    )
    expect(plan.suites.map(({ id }) => id)).toEqual(['advbench', 'xstest', 'perplexity-text'])
    expect(plan).toMatchObject({ batchSize: 8, threads: 2 })
  })
  it('keeps names unique', () => {
    const twins = compare(inputOf([columnOf('X'), { ...columnOf('X'), hash: 'other' }], []))
    const names = (parse(planYaml(twins)) as { configurations: { name: string }[] }).configurations
    expect(names.map(({ name }) => name)).toEqual(['X', 'X (2)'])
  })
})

describe('scale', () => {
  it('has round ticks around its values', () => {
    const scale = niceScale({ values: [8.3, 45.1], from: 0, to: 100, start: 0, atMost: 100 })
    expect(scale.ticks).toEqual([0, 10, 20, 30, 40, 50])
    expect(scale.at(25)).toBeCloseTo(50, 9)
    expect(niceScale({ values: [0.31, 0.36], from: 0, to: 1 }).ticks).toContain(0.31)
  })
  it('writes its ticks with as many decimals as they need, and thousands apart', () => {
    const texts = ({ ticks, textOf }: ReturnType<typeof niceScale>) => ticks.map(textOf)
    expect(texts(niceScale({ values: [-1.2, 0], from: 0, to: 1, ticks: 3 }))).toEqual([
      ...['\u22121.5', '\u22121.0', '\u22120.5', '0.0'],
    ])
    expect(texts(logScale({ values: [0.02, 210_584], from: 0, to: 1 }))).toEqual([
      ...['0.01', '0.1', '1', '10', '100', '1,000', '10,000', '100,000', '1,000,000'],
    ])
  })
  it('is logarithmic for positive values far apart', () => {
    expect(
      [
        [39, 301_031],
        [39, 456],
        [0, 500],
        [-1, 9],
      ].map(needsLogScale),
    ).toEqual([...[true, false, false, false]])
    const scale = logScale({ values: [38, 210_584], from: 0, to: 100 })
    expect([scale.low, scale.high]).toEqual([10, 1_000_000])
    expect(scale.at(100)).toBeCloseTo(20, 9)
    expect(logScale({ values: [10, 10], from: 0, to: 1 }).high).toBe(100)
  })
  it('stands a single value and zero', () => {
    for (const values of [[0], [5], [-3]]) {
      const { low, high, at } = niceScale({ values, from: 0, to: 10 })
      expect(high).toBeGreaterThan(low)
      expect(Number.isFinite(at(values[0]))).toBe(true)
    }
    expect(
      Number.isFinite(niceScale({ values: [0], from: 0, to: 10, start: 0, atMost: 100 }).at(0)),
    ).toBe(true)
  })
})
