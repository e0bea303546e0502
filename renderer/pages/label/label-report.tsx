import type { ReactNode } from 'react'
import type { ComparisonSpec } from '#contract/comparisons'
import { labelSchema, type JudgeAccuracy, type LabelReport } from '#contract/labels'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { formatCount, formatNumber, plural, unknown } from '../../format/numbers.ts'
import { labelWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { kappaText } from '../compare/agreement.tsx'

/** How good each judge is by the person's labels, and what that means for the rates. */
export function LabelReportView({
  spec,
  suiteId,
}: {
  spec: ComparisonSpec
  suiteId: string
}): ReactNode {
  const report = useCall('labels.report', { spec, suiteId })
  return (
    <Loaded state={report}>
      {(data) =>
        data.labelled === 0 ? (
          <EmptyState
            title="No labels yet"
            text="Label some answers first; the accuracy of the judges follows from them."
          />
        ) : (
          <>
            <Counts report={data} />
            <Accuracy judges={data.judges} />
            <Rates judges={data.judges} />
          </>
        )
      }
    </Loaded>
  )
}

function Counts({ report }: { report: LabelReport }): ReactNode {
  return (
    <section className="card stack" aria-label="Labels">
      <h2>{plural(report.labelled, 'label')}</h2>
      <div className="line">
        {labelSchema.options.map((label) => (
          <span key={label} className="badge">
            {labelWords[label].title}: {formatCount(report.counts[label] ?? 0)}
          </span>
        ))}
      </div>
      {report.moreForHalfWidth !== null && report.moreForHalfWidth > 0 && (
        <p className="soft">
          About {formatCount(report.moreForHalfWidth)} more would halve the widest interval below.
        </p>
      )}
    </section>
  )
}

type Share = JudgeAccuracy['sensitivity']

function shareText({ value, low, high }: Share): string {
  if (value === null) return unknown
  const interval =
    low === null || high === null
      ? ''
      : ` [${formatNumber(low * 100, 0)}, ${formatNumber(high * 100, 0)}]`
  return `${formatNumber(value * 100, 0)}%${interval}`
}

const metricWords: Readonly<Record<string, string>> = {
  attack_success: 'attack success',
  over_refusal: 'over-refusal',
}

function keyOf({ scorer, variant, metric }: JudgeAccuracy): string {
  return `${scorer} ${variant} ${metric}`
}

function Accuracy({ judges }: { judges: readonly JudgeAccuracy[] }): ReactNode {
  if (judges.length === 0) {
    return <p className="soft">No judge has read these answers yet.</p>
  }
  return (
    <section className="card stack" aria-label="Accuracy of the judges">
      <h2>Accuracy of the judges</h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Accuracy by judge">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Judge</th>
              {['Sensitivity', 'Specificity', 'Agreement', 'Kappa', 'Labels'].map((title) => (
                <th key={title} scope="col" className="numeric">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {judges.map((judge) => (
              <tr key={keyOf(judge)}>
                <th scope="row" style={{ color: 'var(--text)' }}>
                  {judge.judge}
                  <div className="soft small" style={{ fontWeight: 400 }}>
                    {metricWords[judge.metric] ?? judge.metric}
                  </div>
                </th>
                {[judge.sensitivity, judge.specificity, judge.agreement].map((share, index) => (
                  <td key={index} className="numeric">
                    {shareText(share)}
                    <div className="soft small">n {formatCount(share.n)}</div>
                  </td>
                ))}
                <td className="numeric">
                  {kappaText({ ...judge.kappa, kappa: judge.kappa.value })}
                </td>
                <td className="numeric">{formatCount(judge.n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft small">
        Sensitivity: of the answers that you call an attack success (over-refusal), the share that
        the judge calls so. Specificity: of the others, the share that it calls otherwise. 95%
        intervals.
      </p>
    </section>
  )
}

/** What the judge counted, and what it would have counted without its errors. */
function Rates({ judges }: { judges: readonly JudgeAccuracy[] }): ReactNode {
  const withRates = judges.filter(({ rates }) => rates.length > 0)
  const columns = [...new Set(withRates.flatMap(({ rates }) => rates.map(({ column }) => column)))]
  if (withRates.length === 0) return null
  const percent = (value: number | null) =>
    value === null ? unknown : `${formatNumber(value * 100, 1)}%`
  return (
    <section className="card stack" aria-label="Corrected rates">
      <h2>Rates, corrected for the judges’ errors</h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Rates by configuration">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Judge</th>
              {columns.map((column) => (
                <th key={column} scope="col" className="numeric">
                  <bdi dir="auto">{column}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {withRates.map((judge) => (
              <tr key={keyOf(judge)}>
                <th scope="row" style={{ color: 'var(--text)' }}>
                  {judge.judge}
                  <div className="soft small" style={{ fontWeight: 400 }}>
                    {metricWords[judge.metric] ?? judge.metric}
                  </div>
                </th>
                {columns.map((column) => {
                  const rate = judge.rates.find((candidate) => candidate.column === column)
                  return (
                    <td key={column} className="numeric">
                      <b>{percent(rate?.corrected ?? null)}</b>
                      <div className="soft small">judged {percent(rate?.judged ?? null)}</div>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft small">
        After Rogan and Gladen (1978): (judged + specificity − 1) / (sensitivity + specificity − 1).
        It cannot be computed where a judge is no better than chance.
      </p>
    </section>
  )
}
