import type { ReactNode } from 'react'
import type { LiveJob } from '../../hooks/use-live-runs.ts'
import { jobProgressText, ProgressBar } from '../../components/progress.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import { jobStateText, jobSubject, jobTitle } from '../../format/words.ts'
import { JobActions } from './job-actions.tsx'

/** The jobs of a run, live; one of them is shown below. */
export function JobTable({
  jobs,
  chosen,
  onChoose,
}: {
  jobs: readonly LiveJob[]
  chosen: string | null
  onChoose: (id: string) => void
}): ReactNode {
  return (
    <section className="card table-scroll jobs-scroll" aria-label="Jobs" tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Configuration</th>
            <th scope="col">Suite</th>
            <th scope="col">State</th>
            <th scope="col" style={{ minWidth: 240 }}>
              Progress
            </th>
            <th scope="col" className="numeric">
              Failed
            </th>
            <th scope="col" className="numeric">
              Time
            </th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id} aria-current={job.id === chosen}>
              <td>
                <button
                  type="button"
                  className="button quiet"
                  style={{ marginLeft: -8, maxWidth: 280 }}
                  aria-pressed={job.id === chosen}
                  onClick={() => onChoose(job.id)}
                >
                  <bdi className="clip" dir="auto">
                    {job.configurationName}
                  </bdi>
                </button>
              </td>
              <td>{jobSubject(job)}</td>
              <td>
                <StatusBadge status={job.status} text={jobStateText(job)} />
                {job.stageDetail !== '' && <div className="soft small">{job.stageDetail}</div>}
                {job.isVerified === false && <div className="soft small">not verified</div>}
              </td>
              <td>
                <ProgressBar
                  done={job.done}
                  total={job.total ?? (job.status === 'running' ? null : 1)}
                  label={`Progress of ${jobTitle(job)}`}
                  isFailed={job.status === 'failed'}
                />
                <span className="small">{jobProgressText(job)}</span>
              </td>
              <td className="numeric">{formatCount(job.failed)}</td>
              <td className="numeric">{formatDuration(job.activeMs)}</td>
              <td>
                <JobActions job={job} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
