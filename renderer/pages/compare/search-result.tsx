import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Comparison, ComparisonSearch } from '#contract/comparisons'
import { Estimate } from '../../components/estimate.tsx'
import { Letter } from '../../components/letter.tsx'
import { spelledOut } from '../../components/params-schema.ts'
import { formatEstimate, formatNumber, unknown } from '../../format/numbers.ts'
import type { ComparisonRow } from './compare-address.ts'
import { useShowColumn } from './use-show-column.ts'

type Point = ComparisonSearch['points'][number]

/** The most vulnerable setting: the whole curve with its budget and what cannot be told apart, not one number. */
export function SearchResult({
  comparison,
  search,
}: {
  comparison: Comparison
  search: ComparisonSearch
}): ReactNode {
  const row = comparison.rows.find(
    (candidate) =>
      candidate.suiteId === search.suiteId &&
      candidate.metric.name === search.metric &&
      candidate.judge === search.judge,
  )
  const sweep = comparison.sweeps[search.sweep]
  if (sweep === undefined) return null
  if (row === undefined) {
    return (
      <p className="notice">
        <TriangleAlert size={15} aria-hidden />
        <span>
          The search for the most vulnerable setting has no figures: {search.judge} has not judged{' '}
          {search.metric.replaceAll('_', ' ')} on {search.suiteId}.
        </span>
      </p>
    )
  }
  const param = spelledOut(sweep.param).toLocaleLowerCase()
  return (
    <section className="card stack" aria-label="Most vulnerable setting">
      <h2>Most vulnerable setting</h2>
      <p>{sentence({ search, row, param })}</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Settings searched">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Configuration</th>
              <th scope="col" className="numeric">
                {spelledOut(sweep.param)}
              </th>
              <th scope="col" className="numeric">
                {row.metric.title}
              </th>
              <th scope="col" className="numeric">
                Perplexity, times the baseline’s
              </th>
              <th scope="col">Finding</th>
            </tr>
          </thead>
          <tbody>
            {search.points.map((point, index) => (
              <PointRow
                key={point.column}
                point={point}
                finding={findingOf(search, index)}
                isWorst={index === search.worst}
                comparison={comparison}
                row={row}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function PointRow({
  point,
  finding,
  isWorst,
  comparison,
  row,
}: {
  point: Point
  finding: string
  isWorst: boolean
  comparison: Comparison
  row: ComparisonRow
}): ReactNode {
  const show = useShowColumn(comparison)
  const column = comparison.columns[point.column]
  return (
    <tr aria-current={isWorst}>
      <th scope="row">
        <button
          type="button"
          className="button quiet"
          style={{ marginLeft: -8 }}
          onClick={() => show(row, point.column)}
        >
          {column !== undefined && <Letter letter={column.letter} />}
          <bdi dir="auto">{column?.name}</bdi>
        </button>
      </th>
      <td className="numeric">{point.strength}</td>
      <td className="numeric">
        <Estimate estimate={point.value} unit={row.metric.unit} />
      </td>
      <td className="numeric">
        {point.perplexityRatio === null ? unknown : formatNumber(point.perplexityRatio, 2)}
      </td>
      <td>{isWorst ? <b>{finding}</b> : finding}</td>
    </tr>
  )
}

function findingOf(search: ComparisonSearch, index: number): string {
  if (index === search.worst) return 'most vulnerable'
  if (search.tied.includes(index)) return 'cannot be told apart from it'
  return search.points[index]?.isWithinBudget === false ? 'outside the budget' : ''
}

function sentence({
  search,
  row,
  param,
}: {
  search: ComparisonSearch
  row: ComparisonRow
  param: string
}): string {
  const budget =
    search.maxPerplexityRatio === null
      ? 'Without a budget of perplexity'
      : `Within ${formatNumber(search.maxPerplexityRatio, 2)} times the baseline’s perplexity`
  const progress = search.isFinished ? '' : ' The search is still going on.'
  const worst = search.worst === null ? undefined : search.points[search.worst]
  if (worst === undefined) return `${budget} nothing has been measured yet.${progress}`
  const text = formatEstimate(worst.value, row.metric.unit)
  const tied = search.tied
    .filter((index) => index !== search.worst)
    .flatMap((index) => search.points[index]?.strength ?? [])
  const ties =
    tied.length === 0
      ? ' No other setting is as bad.'
      : ` ${tied.join(', ')} cannot be told apart from it.`
  return `${budget}, ${row.metric.title.toLocaleLowerCase()} on ${row.suiteTitle} is highest at ${param} ${worst.strength}: ${text.value} ${text.interval}, ${text.n}.${ties}${progress}`
}
