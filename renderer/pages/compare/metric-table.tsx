import { Fragment, type ReactNode } from 'react'
import type { Comparison } from '#contract/comparisons'
import { DifferenceText, Estimate, sharedDomain } from '../../components/estimate.tsx'
import { Letter } from '../../components/letter.tsx'
import { formatCount, formatRate, plural, unknown } from '../../format/numbers.ts'
import { formatSize } from '../../format/sizes.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { focusOf, type ComparisonRow } from './compare-address.ts'

/** Each metric of each suite over all configurations, with its difference to the baseline. */
export function MetricTable({
  comparison,
  focus,
  hasFocus = true,
}: {
  comparison: Comparison
  focus: ComparisonRow | null
  /** Choosing a row points the samples below at its judge. */
  hasFocus?: boolean
}): ReactNode {
  return (
    <section className="card table-scroll" aria-label="Metrics" tabIndex={0}>
      <table className="plain-table metric-table" data-testid="metric-table">
        <thead>
          <tr>
            <th scope="col">Metric and judge</th>
            {comparison.columns.map((column) => (
              <th key={column.hash} scope="col" className="numeric">
                <span className="line" style={{ justifyContent: 'flex-end', flexWrap: 'nowrap' }}>
                  <Letter letter={column.letter} />
                  <span className="clip" style={{ maxWidth: 160 }} title={column.name}>
                    {column.name}
                  </span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {comparison.suites.map((suite) => (
            <Fragment key={suite.id}>
              <tr>
                <th
                  scope="colgroup"
                  colSpan={comparison.columns.length + 1}
                  style={{ paddingTop: 16, color: 'var(--text)' }}
                >
                  <span className="stays">
                    {suite.title}{' '}
                    <span className="soft">
                      version {suite.version}, {suite.licence}
                    </span>
                  </span>
                </th>
              </tr>
              {comparison.rows
                .filter((row) => row.suiteId === suite.id)
                .map((row) => (
                  <MetricRow
                    key={focusOf(row)}
                    row={row}
                    isFocused={hasFocus && focus !== null && focusOf(focus) === focusOf(row)}
                    hasFocus={hasFocus}
                  />
                ))}
              <CostRows suite={suite} />
            </Fragment>
          ))}
        </tbody>
      </table>
      <p className="soft small" style={{ marginTop: 8 }}>
        {noteOf(comparison)}
      </p>
    </section>
  )
}

function MetricRow({
  row,
  isFocused,
  hasFocus,
}: {
  row: ComparisonRow
  isFocused: boolean
  hasFocus: boolean
}): ReactNode {
  const [, setFocus] = useAddressValue('focus')
  const { unit, better, title, summary } = row.metric
  const domain = sharedDomain(
    row.cells.map((cell) => cell?.estimate ?? null),
    unit,
  )
  return (
    <tr aria-current={isFocused}>
      <th scope="row" style={{ color: 'var(--text)' }} title={summary}>
        {hasFocus ? (
          <button
            type="button"
            className="button quiet"
            style={{ padding: '0 4px', marginLeft: -5 }}
            aria-pressed={isFocused}
            onClick={() => setFocus(focusOf(row))}
          >
            {title}
          </button>
        ) : (
          title
        )}
        <div className="soft small" style={{ fontWeight: 400 }}>
          {row.judge}
          {better !== 'neither' && `, ${better} is better`}
        </div>
      </th>
      {row.cells.map((cell, index) => (
        <td key={index} className="numeric">
          {cell === null ? (
            <span className="soft">not run</span>
          ) : (
            <span className="stack" style={{ alignItems: 'flex-end', gap: 6 }}>
              <Estimate
                estimate={cell.estimate}
                unit={unit}
                {...(domain === null ? {} : { domain })}
              />
              {cell.difference !== null && (
                <DifferenceText difference={cell.difference} unit={unit} better={better} />
              )}
            </span>
          )}
        </td>
      ))}
    </tr>
  )
}

/** Speed and memory: measured once a job, so they carry no interval and say so. */
function CostRows({ suite }: { suite: Comparison['suites'][number] }): ReactNode {
  const rows: readonly [string, readonly (number | null)[], (value: number) => string][] = [
    ['Tokens a second', suite.tokensPerSecond, (value) => formatRate(value, 'tokens')],
    ['Samples a second', suite.samplesPerSecond, (value) => formatRate(value, 'samples')],
    ['Peak memory', suite.peakMemoryBytes, formatSize],
  ]
  return rows
    .filter(([, values]) => values.some((value) => value !== null))
    .map(([title, values, write]) => (
      <tr key={title}>
        <th scope="row">
          {title} <span style={{ fontWeight: 400 }}>(one measurement)</span>
        </th>
        {values.map((value, index) => (
          <td key={index} className="numeric soft">
            {value === null ? unknown : write(value)}
          </td>
        ))}
      </tr>
    ))
}

function noteOf({ familySize, exploratorySize }: Comparison): string {
  if (familySize + (exploratorySize ?? 0) === 0) return '95% intervals.'
  const exploratory =
    exploratorySize === undefined
      ? ''
      : `; the ${formatCount(exploratorySize)} of layer maps are exploratory and adjusted among themselves`
  return `95% intervals. Differences are paired with A on the samples that both have judged; p values are Holm-adjusted over ${plural(familySize, 'test')}${exploratory}.`
}
