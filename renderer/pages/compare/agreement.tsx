import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Agreement, Comparison, ComparisonSpec } from '#contract/comparisons'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { formatCount, formatNumber, unknown } from '../../format/numbers.ts'
import { useCall } from '../../hooks/use-call.ts'
import { labelAddress } from '../label/label-address.ts'

/** Where several judges read the same answers: how far they agree, and the way to a person's own labels. */
export function JudgeAgreement({
  comparison,
  spec,
}: {
  comparison: Comparison
  spec: ComparisonSpec
}): ReactNode {
  const agreement = useCall('comparisons.agreement', spec, {
    refreshOn: ['job-changed'],
    ofRuns: spec.runIds,
  })
  const labelled = comparison.suites.filter(({ kind }) => kind === 'harmful' || kind === 'benign')
  if (labelled.length === 0) return null
  const pairs = agreement.data ?? []
  const titleOf = (id: string) => comparison.suites.find((suite) => suite.id === id)?.title ?? id
  return (
    <section className="card stack" aria-label="Judges">
      <h2>Can the judges be trusted?</h2>
      {agreement.error !== null && (
        <ErrorPanel error={agreement.error} onRetry={agreement.reload} />
      )}
      {pairs.length > 0 && <AgreementTable pairs={pairs} titleOf={titleOf} />}
      <p className="soft small">
        {pairs.length > 0 &&
          'Kappa is the agreement beyond chance: 1 is full agreement, 0 is what chance gives. '}
        A judge is only as good as a person finds it: label a random sample blind, and see each
        judge’s sensitivity and specificity.
      </p>
      <div className="line">
        {labelled.map(({ id, title }) => (
          <Link key={id} className="button" to={labelAddress(spec, id)}>
            Label answers of {title}
          </Link>
        ))}
      </div>
    </section>
  )
}

function AgreementTable({
  pairs,
  titleOf,
}: {
  pairs: readonly Agreement[]
  titleOf: (suiteId: string) => string
}): ReactNode {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Agreement of judges">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Judges</th>
            <th scope="col">Suite and metric</th>
            <th scope="col" className="numeric">
              Kappa
            </th>
            <th scope="col" className="numeric">
              Agreement
            </th>
            <th scope="col" className="numeric">
              Both
            </th>
            <th scope="col" className="numeric">
              Only first
            </th>
            <th scope="col" className="numeric">
              Only second
            </th>
            <th scope="col" className="numeric">
              Neither
            </th>
            <th scope="col" className="numeric">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={`${pair.suiteId} ${pair.metric} ${pair.judges.join(' ')}`}>
              <th scope="row" style={{ color: 'var(--text)' }}>
                {pair.judges[0]}
                <div>{pair.judges[1]}</div>
              </th>
              <td>
                {titleOf(pair.suiteId)}
                <div className="soft small">{pair.metric.replaceAll('_', ' ')}</div>
              </td>
              <td className="numeric">{kappaText(pair)}</td>
              <td className="numeric">{formatNumber(pair.agreement * 100, 1)}%</td>
              {pair.table.map((count, index) => (
                <td key={index} className="numeric">
                  {formatCount(count)}
                </td>
              ))}
              <td className="numeric">{formatCount(pair.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Kappa does not exist where one judge says the same of every answer. */
export function kappaText({ kappa, low, high }: Pick<Agreement, 'kappa' | 'low' | 'high'>): string {
  if (kappa === null) return unknown
  const interval =
    low === null || high === null ? '' : ` [${formatNumber(low, 2)}, ${formatNumber(high, 2)}]`
  return formatNumber(kappa, 2) + interval
}
