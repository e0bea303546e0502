import { useState, type ReactNode } from 'react'
import type { Comparison, ComparisonSearch, ComparisonSweep } from '#contract/comparisons'
import type { StrengthCurve } from '../../charts/strength-curve.ts'
import { StrengthLines } from '../../charts/strength-lines.tsx'
import { spelledOut } from '../../components/params-schema.ts'
import { suffixOf } from '../../format/numbers.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'
import { RowChoice } from './row-choice.tsx'
import { curveOf, safetyRows, scaledEstimate, utilityRows } from './sweep-curves.ts'
import { useShowColumn } from './use-show-column.ts'

/** For each sweep: what a rising strength does to safety, and beside it to the model's use. */
export function Sweeps({ comparison }: { comparison: Comparison }): ReactNode {
  return comparison.sweeps.map((sweep, index) => (
    <section key={index} className="stack" aria-label={`Strengths: ${titleOf(sweep)}`}>
      <h2>{titleOf(sweep)}</h2>
      <div className="columns-2">
        <SafetyCurves
          comparison={comparison}
          sweep={sweep}
          search={comparison.search?.sweep === index ? comparison.search : null}
        />
        <UtilityCurves comparison={comparison} sweep={sweep} />
      </div>
    </section>
  ))
}

/** `BumbleBee: expSquarings`, with the parameter as forms name it. */
function titleOf({ title, param }: ComparisonSweep): string {
  return title.endsWith(param)
    ? title.slice(0, title.length - param.length) + spelledOut(param).toLocaleLowerCase()
    : title
}

/** Curves of one metric have one colour; those of its second suite are dashed, of its third dotted. */
const dashes = ['', '7 4', '2 3']

const colors: Readonly<Record<string, string>> = {
  attack_success: 'var(--series-6)',
  over_refusal: 'var(--series-5)',
}
const utilityColor = 'var(--series-3)'

function SafetyCurves({
  comparison,
  sweep,
  search,
}: {
  comparison: Comparison
  sweep: ComparisonSweep
  search: ComparisonSearch | null
}): ReactNode {
  const show = useShowColumn(comparison)
  const all = safetyRows(comparison)
  const judges = [...new Set(all.map(({ judge }) => judge))]
  const [chosen, setChosen] = useState<string | null>(null)
  const judge = judges.find((name) => name === chosen) ?? search?.judge ?? judges[0]
  const rows = all.filter((row) => row.judge === judge)
  const curves = rows.flatMap<StrengthCurve>((row, place) => {
    const name = `${row.metric.title.toLocaleLowerCase()}, ${row.suiteTitle}`
    const sameMetric = rows.filter(({ metric }) => metric.name === row.metric.name)
    const isShort = sameMetric.length === 1
    return curveFor({
      comparison,
      sweep,
      row,
      key: `r${place}`,
      name: isShort ? row.metric.title.toLocaleLowerCase() : name,
      color: colors[row.metric.name] ?? utilityColor,
      dash: dashes[sameMetric.indexOf(row) % dashes.length] ?? '',
      search: search !== null && isSearched(search, row) ? search : null,
    })
  })
  if (curves.length === 0) return null
  const suites = [...new Set(rows.map(({ suiteTitle }) => suiteTitle))].join(', ')
  return (
    <StrengthLines
      title={`Safety against ${spelledOut(sweep.param).toLocaleLowerCase()}`}
      xTitle={spelledOut(sweep.param).toLocaleLowerCase()}
      yTitle="share of samples, %"
      unit="%"
      curves={curves}
      note={`${suites}; judged by ${judge ?? ''}. Bands are 95% intervals; grey across: the baseline. A point leads to its samples.`}
      tools={
        judges.length > 1 && (
          <select
            className="select"
            aria-label="Judge"
            value={judge}
            onChange={(event) => setChosen(event.target.value)}
          >
            {judges.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )
      }
      onPick={(key, index) => {
        const row = rows[Number(key.slice(1))]
        if (row !== undefined) show(row, curveOf(sweep, row)[index]?.column ?? null)
      }}
    />
  )
}

function UtilityCurves({
  comparison,
  sweep,
}: {
  comparison: Comparison
  sweep: ComparisonSweep
}): ReactNode {
  const show = useShowColumn(comparison)
  const [chosen, setChosen] = useState<string | null>(null)
  const useful = utilityRows(comparison)
  // What else was measured can be drawn too; the first choice is what the model is for.
  const rows = [...useful, ...comparison.rows.filter((row) => !useful.includes(row))]
  const row = rows.find((candidate) => focusOf(candidate) === chosen) ?? rows[0]
  if (row === undefined) return null
  const unit = suffixOf(row.metric.unit).trim() || row.metric.title.toLocaleLowerCase()
  const curves = curveFor({
    comparison,
    sweep,
    row,
    key: 'u',
    name: row.metric.title.toLocaleLowerCase(),
    color: colors[row.metric.name] ?? utilityColor,
    dash: '',
    search: null,
  })
  if (curves.length === 0) return null
  return (
    <StrengthLines
      title={`${row.metric.title} against ${spelledOut(sweep.param).toLocaleLowerCase()}`}
      xTitle={spelledOut(sweep.param).toLocaleLowerCase()}
      yTitle={`${row.metric.title.toLocaleLowerCase()}${unit === '%' ? ', %' : ''}`}
      unit={unit}
      curves={curves}
      note={`${row.suiteTitle}; ${row.judge}. ${row.metric.better === 'neither' ? '' : `${capital(row.metric.better)} is better. `}Bands are 95% intervals; grey across: the baseline.`}
      tools={<RowChoice rows={rows} row={row} onChoose={setChosen} />}
      onPick={(_, index) => show(row, curveOf(sweep, row)[index]?.column ?? null)}
    />
  )
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function isSearched(search: ComparisonSearch, row: ComparisonRow): boolean {
  return (
    search.suiteId === row.suiteId &&
    search.metric === row.metric.name &&
    search.judge === row.judge
  )
}

/** None where no point was measured yet. */
function curveFor({
  comparison,
  sweep,
  row,
  key,
  name,
  color,
  dash,
  search,
}: {
  comparison: Comparison
  sweep: ComparisonSweep
  row: ComparisonRow
  key: string
  name: string
  color: string
  dash: string
  search: ComparisonSearch | null
}): StrengthCurve[] {
  const points = curveOf(sweep, row)
  if (points.length === 0) return []
  const baseline = comparison.columns.findIndex(({ isBaseline }) => isBaseline)
  return [
    {
      key,
      name,
      color,
      dash,
      points: points.map(({ column, ...point }) => ({
        ...point,
        name: columnName(comparison, column),
        look: search === null ? 'plain' : lookOf(search, column),
      })),
      baseline: scaledEstimate(row, baseline),
    },
  ]
}

function columnName({ columns }: Comparison, index: number): string {
  const column = columns[index]
  return column === undefined ? '' : `${column.letter} ${column.name}`
}

/** A column that the search does not rank (the baseline) is a plain point. */
function lookOf(search: ComparisonSearch, column: number): 'plain' | 'worst' | 'tied' | 'outside' {
  const index = search.points.findIndex((point) => point.column === column)
  const point = search.points[index]
  if (point === undefined) return 'plain'
  if (index === search.worst) return 'worst'
  if (search.tied.includes(index)) return 'tied'
  return point.isWithinBudget ? 'plain' : 'outside'
}
