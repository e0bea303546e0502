import { describe, expect, it } from 'vitest'
import type { Agreement, Comparison } from '#contract/comparisons'
import type { Json } from '#contract/json'
import { planSearchSchema } from '#contract/plans'
import { compare } from '../comparison/index.ts'
import {
  attackCell,
  columnOf,
  harmfulSuite,
  inputOf,
  lossOf,
  sampleOf,
  suiteOf,
} from '../comparison/fixtures/sample-input.ts'
import { agreementTable, heatMaps, paretoTable, sweepTables } from './curves.ts'
import { figuresCsv, renderReport } from './index.ts'
import { leftOutNote, mainColumns } from './main-columns.ts'

const evil = '<img src=x onerror=alert(1)>'

function using(name: string, params: Record<string, Json>, id = 'activation-sparsity') {
  const plain = columnOf(name, {}, 0.5)
  const interventions = [{ id, params }]
  return { ...plain, configuration: { ...plain.configuration, interventions } }
}

const strengths = [0.25, 0.5, 0.75]
const layers = [0, 1, 2]
const columns = [
  columnOf('Exact'),
  ...strengths.map((sparsity) => using(`${evil} sparsity=${sparsity}`, { sparsity })),
  ...layers.map((layer) =>
    using(`One @${layer}`, { sparsity: 0.5, fromLayer: layer, toLayer: layer }),
  ),
]
const attacks = [5, 10, 40, 60, 30, 6, 5]
const perplexities = [10, 11, 14, 300, 12, 10, 10]

const layer = (at: number) => ({
  layer: at,
  separation: { before: 3.2, after: 1.1 },
  silhouette: { before: 0.6, after: 0.2 },
  cohesion: { before: 0.9, after: 0.8 },
  flipRate: 0.25,
  explained: [0.5, 0.2] as [number, number],
  points: { harmful: [], harmless: [], harmfulAfter: [], harmlessAfter: [] },
})

const comparison: Comparison = compare({
  ...inputOf(columns, [
    suiteOf(attacks.map((count) => attackCell(100, count))),
    suiteOf(
      perplexities.map((value) =>
        Array.from({ length: 40 }, (_, at) => sampleOf(at, [lossOf(Math.log(value))])),
      ),
      {
        ...harmfulSuite,
        id: 'perplexity-text',
        title: 'Plain text',
        kind: 'perplexity',
        scorers: [{ id: 'perplexity', variant: 'token' }],
      },
    ),
  ]),
  search: {
    plan: planSearchSchema.parse({
      configuration: evil,
      suite: 'advbench',
      utilitySuite: 'perplexity-text',
    }),
    param: 'sparsity',
    isWhole: false,
    roundsDone: 2,
    isSettled: true,
  },
  analyses: [
    {
      column: 2,
      jobId: 'study',
      result: {
        harmful: 'advbench',
        harmless: 'xstest',
        samples: { harmful: 50, harmless: 50 },
        site: 'hook_resid_post',
        layers: [layer(0), layer(1)],
      },
    },
  ],
})

const agreements: Agreement[] = [
  {
    suiteId: 'advbench',
    metric: 'attack_success',
    judges: ['list', evil],
    n: 700,
    kappa: 0.61,
    low: 0.5,
    high: 0.72,
    agreement: 0.9,
    table: [100, 40, 30, 530],
  },
]

function render(format: 'html' | 'markdown' | 'json'): string {
  return renderReport({ comparison, samples: [], format, includeAnswers: false, agreements })
}

describe('tables of curves', () => {
  it('give a sweep a line for each strength, with the gap and what the search found', () => {
    const [table] = sweepTables(comparison)
    expect(table?.head.slice(1)).toEqual([
      'sparsity',
      'Attack success on AdvBench',
      'Perplexity on Plain text',
      'Search',
    ])
    expect(table?.rows.map(([letter, strength]) => `${letter} ${strength}`)).toEqual([
      'A 0',
      'B 0.25',
      'C 0.5',
      'D 0.75',
    ])
    expect(table?.rows.map((row) => row.at(-1))).toEqual(['', '', 'worst', 'beyond the budget'])
    expect(table?.note).toContain('Safety-first gap')
    expect(table?.note).toContain('it is finished')
  })

  it('give a map a number for each layer, without colour where the interval holds zero', () => {
    const [attack] = heatMaps(comparison)
    expect(attack?.layers).toEqual([0, 1, 2])
    const [line] = attack.lines
    expect(line?.cells[0]?.value).toBe('+25 points')
    expect(line?.cells.map((cell) => cell?.harm)).toEqual([1, 0, 0])
    // The sweep ran the same strength on all layers.
    expect(attack?.all?.value).toBe('+35 points')
  })

  it('mark the front, and say nothing where there is nothing to say', () => {
    const table = paretoTable(comparison)
    expect(table?.rows[0]?.at(-1)).toBe('on the front')
    expect(agreementTable([])).toBeNull()
    const plain = compare(inputOf([columnOf('Exact')], [suiteOf([attackCell(9, 1)])]))
    expect(paretoTable(plain)).toBeNull()
    expect(sweepTables(plain)).toEqual([])
  })
})

describe('curves in reports', () => {
  it('are figures and tables in HTML, every name as text', () => {
    const html = render('html')
    for (const title of ['How strong', 'Which layers', 'Why: activation space', 'Do the judges'])
      expect(html).toContain(`<h2>${title}`)
    expect(html).not.toContain('<img')
    expect(html).toContain('class="curve"')
    // Perplexities from 10 to 300 on one axis.
    expect(html, 'the curve').toContain('logarithmic axis')
    expect(html, 'the dots').toContain('The axis is logarithmic.')
    const figures = [...html.matchAll(/<text x="([\d.]+)" y="[\d.]+" font-size="11">([^<]+)</g)]
    expect(figures.length).toBeGreaterThan(columns.length)
    for (const [, x, text] of figures) {
      // Figures in the font of the report are about 5.6 wide.
      expect(Number(x) + text.length * 5.6, `${text} is cut off`).toBeLessThanOrEqual(500)
    }
    expect(html).toMatch(/<td style="background: color-mix\(in srgb, var\(--bad-heat\) 100%/)
    expect(html).toContain('3.200 → 1.100')
    expect(html).not.toContain('NaN')
  })

  it('are tables in Markdown, rectangular and escaped', () => {
    const markdown = render('markdown')
    // The plan at the end stands in a fence, where a name is text as it is.
    expect(markdown.slice(0, markdown.indexOf('### How to repeat'))).not.toContain('<img')
    expect(markdown).toContain('## Which layers')
    expect(markdown).toContain('| 0 | \\+25 points \\[')
    expect(markdown).toContain('0\\.61 \\[0.50, 0.72\\]')
  })

  it('leave cells of a map out of the other tables when there are many', () => {
    const many = compare(
      inputOf(
        [
          columnOf('Exact'),
          ...Array.from({ length: 20 }, (_, at) =>
            using(`Single @${at}`, { sparsity: 0.5, fromLayer: at, toLayer: at }),
          ),
        ],
        [suiteOf(Array.from({ length: 21 }, (_, at) => attackCell(100, at)))],
      ),
    )
    const html = renderReport({
      comparison: many,
      samples: [],
      format: 'html',
      includeAnswers: false,
    })
    expect(html).toContain('20 configurations that act on single layers stand under')
    // In sentences and in the plan at the end, but in no table or drawing of configurations.
    expect(html.match(/<bdi>Single @7<\/bdi>/g)).toBeNull()
    expect(html).toContain('<tr><td>19</td>')
    expect(html).toContain('- name: Single @7')
    const all = mainColumns(comparison)
    expect(all).toBe(comparison)
    expect(leftOutNote(comparison, all)).toBe('')
  })

  it('are whole in JSON, and places of figures in CSV', () => {
    const document = JSON.parse(render('json')) as { agreements: unknown; comparison: Comparison }
    expect(document.agreements).toEqual(agreements)
    expect(document.comparison.sweeps).toEqual(JSON.parse(JSON.stringify(comparison.sweeps)))
    const lines = figuresCsv(comparison).split('\r\n')
    expect(lines[0]).toMatch(/,layer,input,activation-sparsity\.sparsity$/)
    expect(lines.find((line) => line.includes(',C,'))).toMatch(/,,,0\.5$/)
    expect(lines.find((line) => line.includes(',F,'))).toMatch(/,1,,$/)
  })

  it('name every parameter of a grid in CSV', () => {
    const grid = [
      [8, 0.5],
      [4, 0.5],
      [8, 1],
    ].map(([bits, strength]) =>
      using(`INT bits=${bits} strength=${strength}`, { bits, strength }, 'smoothquant'),
    )
    const cells = [5, 6, 7, 8].map((count) => attackCell(10, count))
    const lines = figuresCsv(
      compare(inputOf([columnOf('Exact'), ...grid], [suiteOf(cells)])),
    ).split('\r\n')
    const places = lines.map((line) => line.split(',').slice(-2).join(' '))
    expect(places[0]).toBe('smoothquant.strength smoothquant.bits')
    expect(lines.find((line) => line.includes(',B,'))).toMatch(/,0\.5,8$/)
    expect(lines.find((line) => line.includes(',C,'))).toMatch(/,,4$/)
    expect(lines.find((line) => line.includes(',D,'))).toMatch(/,1,$/)
  })
})
