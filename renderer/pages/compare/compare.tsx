import { Columns3, Scale } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Comparison, ComparisonSpec } from '#contract/comparisons'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Page } from '../../components/page.tsx'
import { formatCount } from '../../format/numbers.ts'
import { useCall } from '../../hooks/use-call.ts'
import { summariseRun, useLiveRuns } from '../../hooks/use-live-runs.ts'
import { readKeys } from '../../hooks/use-selection.ts'
import { ActivationSpace } from './activation-space.tsx'
import { JudgeAgreement } from './agreement.tsx'
import { Charts } from './charts.tsx'
import { Columns } from './columns.tsx'
import {
  compareAddress,
  focusedRow,
  newestComparable,
  readSampleRows,
  readSpec,
} from './compare-address.ts'
import { CompareActions } from './compare-actions.tsx'
import { Flips } from './flips.tsx'
import { Languages } from './languages.tsx'
import { LayerMaps } from './layer-map-figure.tsx'
import { MetricTable } from './metric-table.tsx'
import { NluErrors } from './nlu-errors.tsx'
import { ParetoFigure } from './pareto-figure.tsx'
import { pickColumns, shownColumns } from './pick-columns.ts'
import { SampleDetail } from './sample-detail.tsx'
import { Samples } from './samples.tsx'
import { SearchResult } from './search-result.tsx'
import { Sweeps } from './sweeps.tsx'
import { Verdict } from './verdict.tsx'
import { Where } from './where.tsx'

const partialRefreshMs = 5000
/** From about so many on the first figures take seconds. */
const manySamples = 50_000

/** The heart: what changed, is it real, where, show me. */
export function Compare(): ReactNode {
  const [params] = useSearchParams()
  const spec = readSpec(params)
  return spec === null ? <CompareNewest /> : <ComparePage spec={spec} />
}

/** Without an address: the newest comparison there is, else how to get one. */
function CompareNewest(): ReactNode {
  const [, setParams] = useSearchParams()
  const runs = useCall('runs.list', {}, { refreshOn: ['runs-changed', 'job-changed'] })
  const newest = newestComparable(runs.data ?? [])
  useEffect(() => {
    if (newest !== null) {
      const [, query] = compareAddress([newest.id]).split('?')
      setParams(new URLSearchParams(query), { replace: true })
    }
  }, [newest, setParams])
  return (
    <Page title="Compare">
      {runs.error !== null && <ErrorPanel error={runs.error} onRetry={runs.reload} />}
      {runs.data !== null && newest === null && (
        <EmptyState
          icon={<Scale size={34} aria-hidden />}
          title="Nothing to compare yet"
          text="A comparison needs a run with at least two configurations of a model on the same suite."
          action={
            <Link className="button primary large" to="/new">
              New evaluation
            </Link>
          }
        />
      )}
    </Page>
  )
}

function ComparePage({ spec }: { spec: ComparisonSpec }): ReactNode {
  const runs = useLiveRuns()
  const chosen = (runs.data ?? []).filter((run) => spec.runIds.includes(run.id))
  const left = runs.data === null ? spec.runIds : chosen.map(({ id }) => id)
  const isWhole = left.length === spec.runIds.length
  const comparison = useCall('comparisons.get', isWhole ? spec : null, {
    refreshOn: ['job-changed'],
    ofRuns: spec.runIds,
  })
  const isRunning = chosen.some((run) => run.jobs.some((job) => job.status === 'running'))
  const { reload } = comparison
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(reload, partialRefreshMs)
    return () => clearInterval(timer)
  }, [isRunning, reload])
  const { data, error } = comparison
  if (!isWhole) return <RunsAreGone left={left} />
  const isComputing = data === null && error === null
  const samples = chosen.reduce((sum, run) => sum + summariseRun(run.jobs).done, 0)
  return (
    <Page
      title={data?.title ?? chosen[0]?.name ?? 'Compare'}
      parents={[{ title: 'Compare', to: '/compare' }]}
      summary={isRunning ? 'Partial: it is still running, and the figures will change.' : undefined}
      actions={
        !isComputing && <CompareActions spec={spec} comparison={data} runs={runs.data ?? []} />
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={reload} />}
      {isComputing && (
        <>
          <p className="soft" role="status">
            Computing the comparison …
          </p>
          {samples >= manySamples && (
            <p className="soft small">
              {formatCount(samples)} samples are read and paired; that takes a while.
            </p>
          )}
        </>
      )}
      {data !== null && <ComparisonBody comparison={data} spec={spec} />}
    </Page>
  )
}

/** A run of this comparison was removed, here or elsewhere, or the address comes from another store. */
function RunsAreGone({ left }: { left: readonly string[] }): ReactNode {
  return (
    <Page title="Compare" parents={[{ title: 'Compare', to: '/compare' }]}>
      <EmptyState
        icon={<Scale size={34} aria-hidden />}
        title="A run of this comparison is no longer there"
        text="It was removed, and its answers and scores with it."
        action={
          <Link
            className="button primary large"
            to={left.length > 0 ? compareAddress(left) : '/runs'}
          >
            {left.length > 0 ? 'Compare what is left' : 'Go to the runs'}
          </Link>
        }
      />
    </Page>
  )
}

function ComparisonBody({
  comparison,
  spec,
}: {
  comparison: Comparison
  spec: ComparisonSpec
}): ReactNode {
  const [params] = useSearchParams()
  const indices = shownColumns(comparison, readKeys(params.get('shown')))
  const shown = pickColumns(comparison, indices)
  const shownSpec: ComparisonSpec = {
    ...spec,
    configurations: shown.columns.map(({ hash }) => hash),
    baseline: comparison.columns.find(({ isBaseline }) => isBaseline)?.hash ?? null,
  }
  const focus = focusedRow(shown.rows, params.get('focus'))
  const sampleRows = readSampleRows(params.get('sample'))
  return (
    <>
      <Verdict verdict={comparison.verdict} columns={comparison.columns} />
      <Sweeps comparison={comparison} />
      {comparison.search !== null && (
        <SearchResult comparison={comparison} search={comparison.search} />
      )}
      <ParetoFigure comparison={comparison} />
      <LayerMaps comparison={comparison} />
      {shown !== comparison && (
        <p className="notice info">
          <Columns3 size={15} aria-hidden />
          <span>
            From here on {shown.columns.length} of {comparison.columns.length} configurations, the
            baseline among them; choose others under Columns.
          </span>
        </p>
      )}
      <Columns comparison={shown} />
      <Charts comparison={shown} />
      <ActivationSpace comparison={comparison} />
      <MetricTable comparison={shown} focus={focus} />
      <Languages comparison={shown} />
      <NluErrors comparison={shown} spec={shownSpec} />
      <JudgeAgreement comparison={comparison} spec={spec} />
      {focus !== null && (
        <>
          <Flips comparison={shown} row={focus} />
          <Where comparison={shown} row={focus} />
          <Samples comparison={shown} spec={shownSpec} row={focus} />
          {sampleRows !== null && <SampleDetail rowIds={sampleRows} comparison={shown} />}
        </>
      )}
    </>
  )
}
