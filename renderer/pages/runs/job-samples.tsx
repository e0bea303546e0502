import type { ReactNode } from 'react'
import type { StoredSample } from '#contract/jobs'
import { DataTable } from '../../components/data-table.tsx'
import { DetailPane } from '../../components/detail-pane.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { ScoreBadge } from '../../components/score-badge.tsx'
import { SensitiveText } from '../../components/sensitive-text.tsx'
import type { Column } from '../../components/table-model.ts'
import { formatCount, formatNumber, unknown } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import { judgeLabel, labelWord } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useJobSamples } from '../../hooks/use-job-samples.ts'
import type { LiveJob } from '../../hooks/use-live-runs.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { SampleView } from './sample-view.tsx'

/** Samples as they arrive; the open one is in the detail pane. */
export function JobSamples({ job }: { job: LiveJob }): ReactNode {
  const { samples, error, isPending, loadMore } = useJobSamples(job.id)
  const [openRow, setOpenRow] = useAddressValue('sample')
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: 460 }}>
      {error !== null && <ErrorPanel error={error} />}
      <DataTable
        label={`Samples of ${job.configurationName} on ${job.suiteId}`}
        name="job-samples"
        rows={samples}
        total={job.done}
        columns={columnsFor(samples)}
        rowKey={(sample) => String(sample.rowId)}
        isPending={isPending}
        onEndReached={loadMore}
        onOpen={(sample) => setOpenRow(String(sample.rowId))}
        openKey={openRow}
        emptyText={job.status === 'done' ? 'No samples' : 'No samples yet'}
      />
      {openRow !== null && <SamplePane rowId={Number(openRow)} onClose={() => setOpenRow(null)} />}
    </div>
  )
}

function SamplePane({ rowId, onClose }: { rowId: number; onClose: () => void }): ReactNode {
  const state = useCall('samples.get', { rowId })
  return (
    <DetailPane title={state.data?.sampleId ?? 'Sample'} onClose={onClose}>
      {state.error !== null && <ErrorPanel error={state.error} onRetry={state.reload} />}
      {state.data !== null && <SampleView sample={state.data} />}
    </DetailPane>
  )
}

/** One column for each judge that has scored a sample, beside the fixed ones. */
function columnsFor(samples: readonly StoredSample[]): Column<StoredSample>[] {
  const judges = new Map<string, { scorer: string; variant: string; name: string }>()
  for (const { scorer, variant, name } of samples.flatMap((sample) => sample.scores)) {
    judges.set(`${scorer} ${variant} ${name}`, { scorer, variant, name })
  }
  return [
    {
      id: 'index',
      title: '#',
      width: 56,
      align: 'end',
      text: ({ index }) => String(index),
      sortValue: ({ index }) => index,
    },
    { id: 'sample', title: 'Sample', width: 130, text: ({ sampleId }) => sampleId },
    {
      id: 'prompt',
      title: 'Prompt',
      width: 200,
      grows: true,
      text: ({ prompt }) => prompt,
      cell: ({ prompt, expectation }) => (
        <SensitiveText text={prompt} isSensitive={expectation === 'refuse'} what="prompt" />
      ),
    },
    {
      id: 'answer',
      title: 'Answer',
      width: 200,
      grows: true,
      text: ({ answer, error }) => answer ?? error?.message ?? '',
      cell: ({ answer, error, expectation }) =>
        error !== null ? (
          <span className="tone-bad">{error.message}</span>
        ) : (
          <SensitiveText text={answer ?? ''} isSensitive={expectation === 'refuse'} what="answer" />
        ),
    },
    ...Array.from(judges.values(), ({ scorer, variant, name }): Column<StoredSample> => {
      const scoreOf = (sample: StoredSample) =>
        sample.scores.find(
          (score) => score.scorer === scorer && score.variant === variant && score.name === name,
        )
      return {
        id: `${scorer} ${variant} ${name}`,
        title: `${judgeLabel(scorer, variant)} ${name.replaceAll('_', ' ')}`,
        width: 150,
        text: (sample) => {
          const score = scoreOf(sample)
          if (score === undefined) return ''
          return `${labelWord(score.label)} ${score.value === null ? '' : formatNumber(score.value, 2)}`
        },
        sortValue: (sample) => scoreOf(sample)?.value ?? null,
        cell: (sample) => {
          const score = scoreOf(sample)
          return score === undefined ? unknown : <ScoreBadge score={score} />
        },
      }
    }),
    {
      id: 'tokens',
      title: 'Tokens',
      width: 72,
      align: 'end',
      text: ({ newTokens }) => formatCount(newTokens),
      sortValue: ({ newTokens }) => newTokens,
    },
    {
      id: 'latency',
      title: 'Time',
      width: 72,
      align: 'end',
      text: ({ latencyMs }) => (latencyMs === null ? unknown : formatDuration(latencyMs)),
      sortValue: ({ latencyMs }) => latencyMs,
    },
  ]
}
