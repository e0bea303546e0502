import { useEffect, type ReactNode } from 'react'
import type { JobStatus, RunDetail } from '#contract/jobs'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { MetricTable } from '../compare/metric-table.tsx'
import { Verdict } from '../compare/verdict.tsx'

const refreshMs = 4000

/** Jobs that will store more, at once or when somebody takes them up again: no verdict yet. */
const unfinished: readonly JobStatus[] = ['queued', 'running', 'paused', 'interrupted']

/** Results from the samples that are stored so far, with their intervals; they narrow while the run goes on. */
export function PartialResults({ run }: { run: RunDetail }): ReactNode {
  const hasSamples = run.jobs.some((job) => job.done > 0)
  const isRunning = run.jobs.some((job) => job.status === 'running')
  const isUnfinished = run.jobs.some(({ status }) => unfinished.includes(status))
  const results = useCall(
    'comparisons.get',
    hasSamples ? { runIds: [run.id], configurations: null, baseline: null, suites: null } : null,
    { refreshOn: ['job-changed'], ofRuns: [run.id] },
  )
  const { reload } = results
  useEffect(() => {
    if (!isRunning || !hasSamples) return
    const timer = setInterval(reload, refreshMs)
    return () => clearInterval(timer)
  }, [isRunning, hasSamples, reload])
  if (!hasSamples) return null
  return (
    <section className="stack" aria-label="Results">
      <h2>{isUnfinished ? 'Results so far' : 'Results'}</h2>
      {results.error !== null && <ErrorPanel error={results.error} onRetry={reload} />}
      {results.data !== null && (
        <>
          {!isUnfinished && <Verdict verdict={results.data.verdict.slice(0, 3)} />}
          <MetricTable comparison={results.data} focus={null} hasFocus={false} />
        </>
      )}
    </section>
  )
}
