import { Gauge } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Run } from '#contract/jobs'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { ProgressBar } from '../../components/progress.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import type { Column } from '../../components/table-model.ts'
import { formatCount, unknown } from '../../format/numbers.ts'
import { formatDate, formatDuration } from '../../format/times.ts'
import { summariseRun, useLiveRuns, type RunSummary } from '../../hooks/use-live-runs.ts'
import { useSelection } from '../../hooks/use-selection.ts'
import { compareAddress } from '../compare/compare-address.ts'
import { Queue } from './queue.tsx'

const stateBadges = {
  running: { status: 'running', text: 'Running' },
  waiting: { status: 'queued', text: 'Waiting' },
  paused: { status: 'paused', text: 'Paused' },
  failed: { status: 'failed', text: 'Failed' },
  stopped: { status: 'cancelled', text: 'Cancelled' },
  done: { status: 'done', text: 'Done' },
} as const satisfies Record<RunSummary['state'], { status: string; text: string }>

export function RunBadge({ run }: { run: Run }): ReactNode {
  return <StatusBadge {...stateBadges[summariseRun(run.jobs).state]} />
}

/** All runs, live; several selected ones can be compared. */
export function Runs(): ReactNode {
  const runs = useLiveRuns()
  const navigate = useNavigate()
  const { selected, toggle } = useSelection('selected')
  return (
    <Page
      title="Runs"
      fills
      actions={
        <>
          {selected.length > 0 && (
            <Button onClick={() => void navigate(compareAddress(selected))}>
              Compare {formatCount(selected.length)} selected
            </Button>
          )}
          <Link className="button primary" to="/new">
            New evaluation
          </Link>
        </>
      }
    >
      <Loaded state={runs}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState
              icon={<Gauge size={34} aria-hidden />}
              title="No runs yet"
              text="A run is the jobs of one plan: configurations times suites."
              action={
                <Link className="button primary large" to="/new">
                  New evaluation
                </Link>
              }
            />
          ) : (
            <>
              <Queue runs={data} />
              <DataTable
                label="Runs"
                name="runs"
                rows={data}
                columns={columns}
                rowKey={(run) => run.id}
                isPending={false}
                selected={selected}
                onToggle={(run) => toggle(run.id)}
                onOpen={(run) => void navigate(`/runs/${run.id}`)}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

const columns: Column<Run>[] = [
  {
    id: 'name',
    title: 'Run',
    width: 240,
    grows: true,
    text: (run) => run.name,
    cell: (run) => <bdi dir="auto">{run.name}</bdi>,
  },
  {
    id: 'state',
    title: 'State',
    width: 110,
    text: (run) => stateBadges[summariseRun(run.jobs).state].text,
    cell: (run) => <RunBadge run={run} />,
  },
  {
    id: 'progress',
    title: 'Samples',
    width: 210,
    text: (run) => {
      const { done, total } = summariseRun(run.jobs)
      return total === null ? String(done) : `${done} of ${total}`
    },
    sortValue: (run) => summariseRun(run.jobs).done,
    cell: (run) => {
      const { done, total, state } = summariseRun(run.jobs)
      return (
        <span className="line" style={{ flexWrap: 'nowrap' }}>
          <ProgressBar
            done={done}
            total={total ?? (state === 'running' ? null : 1)}
            label={`Progress of ${run.name}`}
            isFailed={state === 'failed'}
          />
          <span style={{ fontVariantNumeric: 'tabular-nums' }}>
            {formatCount(done)}
            {total !== null && ` of ${formatCount(total)}`}
          </span>
        </span>
      )
    },
  },
  {
    id: 'left',
    title: 'Time left',
    width: 104,
    align: 'end',
    text: (run) => {
      const { remainingMs } = summariseRun(run.jobs)
      return remainingMs === null ? unknown : formatDuration(remainingMs)
    },
    sortValue: (run) => summariseRun(run.jobs).remainingMs,
  },
  {
    id: 'jobs',
    title: 'Jobs',
    width: 64,
    align: 'end',
    text: (run) => String(run.jobs.length),
    sortValue: (run) => run.jobs.length,
  },
  {
    id: 'failed',
    title: 'Failed samples',
    width: 118,
    align: 'end',
    text: (run) => formatCount(summariseRun(run.jobs).failed),
    sortValue: (run) => summariseRun(run.jobs).failed,
  },
  {
    id: 'created',
    title: 'Started',
    width: 150,
    text: (run) => formatDate(run.createdAt),
    sortValue: (run) => run.createdAt,
    cell: (run) => <Moment at={run.createdAt} />,
  },
]
