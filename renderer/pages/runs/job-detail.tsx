import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { RunDetail } from '#contract/jobs'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { PassportView } from '../../components/passport-view.tsx'
import { formatSize } from '../../format/sizes.ts'
import { samplesText } from '../../format/suite-options.ts'
import { formatClock, formatUtc } from '../../format/times.ts'
import { jobSubject, jobTitle, judgeName } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useModelTask } from '../../hooks/use-model-task.ts'
import type { LiveJob } from '../../hooks/use-live-runs.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { changesModel } from '../configurations/configuration-facts.ts'
import { compareAddress } from '../compare/compare-address.ts'
import { JobSamples } from './job-samples.tsx'
import { Scorings } from './scorings.tsx'

const settings = ['settings', 'Settings and environment'] as const
const log = ['log', 'Log'] as const
/** Only an evaluation has answers of its own. */
const tabsOf = {
  evaluation: [
    ['samples', 'Samples'],
    settings,
    log,
    ['passport', 'Passport'],
    ['judges', 'Judges'],
  ],
  judging: [['outcome', 'Verdicts'], settings, log],
  'activation-space': [['outcome', 'Result'], settings, log],
} as const satisfies Record<LiveJob['kind'], readonly (readonly [string, string])[]>

/** Everything about one job. */
export function JobDetail({ job, run }: { job: LiveJob; run: RunDetail }): ReactNode {
  const [chosen, setTab] = useAddressValue('tab')
  const tabs = tabsOf[job.kind]
  const tab = tabs.find(([value]) => value === chosen)?.[0] ?? tabs[0][0]
  return (
    <section aria-label={`Job ${jobTitle(job)}`}>
      <h2 style={{ marginBottom: 6 }}>
        <bdi dir="auto">{job.configurationName}</bdi> on {jobSubject(job)}
      </h2>
      {job.error !== null && job.status !== 'failed' && <ErrorPanel error={job.error} />}
      <Tabs.Root value={tab} onValueChange={setTab}>
        <Tabs.List className="tabs-list" aria-label="About this job">
          {tabs.map(([value, title]) => (
            <Tabs.Trigger key={value} value={value} className="tab">
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="samples" className="tab-body">
          <JobSamples job={job} />
        </Tabs.Content>
        <Tabs.Content value="outcome" className="tab-body">
          <Outcome job={job} />
        </Tabs.Content>
        <Tabs.Content value="settings" className="tab-body">
          <SettingsTab job={job} run={run} />
        </Tabs.Content>
        <Tabs.Content value="log" className="tab-body">
          <LogTab job={job} />
        </Tabs.Content>
        <Tabs.Content value="passport" className="tab-body">
          <PassportTab job={job} run={run} />
        </Tabs.Content>
        <Tabs.Content value="judges" className="tab-body">
          <Scorings job={job} />
        </Tabs.Content>
      </Tabs.Root>
    </section>
  )
}

/** Where the result of a job without answers of its own is seen. */
function Outcome({ job }: { job: LiveJob }): ReactNode {
  const { task } = job
  if (task?.kind === 'judging') {
    return (
      <p>
        {judgeName(task.use.by)} reads the answers of{' '}
        <Link to={`/runs/${job.runId}?job=${task.sourceJobId}`}>this job</Link> by the rubric{' '}
        <b>{task.use.rubric}</b>. Its verdicts stand beside the other judges’, there and in the{' '}
        <Link to={compareAddress([job.runId])}>comparison</Link>.
      </p>
    )
  }
  return (
    <p>
      It reads where harmful and harmless prompts lie in the layers, before and after the change.{' '}
      {job.status === 'done' ? 'The ' : 'Once it is done, the '}
      <Link to={compareAddress([job.runId])}>comparison</Link> shows the picture.
    </p>
  )
}

function SettingsTab({ job, run }: { job: LiveJob; run: RunDetail }): ReactNode {
  const configuration = run.plan.configurations.find(({ name }) => name === job.configurationName)
  const { environment, suiteOptions } = job
  const suites = useCall('suites.list', {})
  return (
    <div className="columns-2">
      <section className="card stack">
        <h2>Configuration</h2>
        <dl className="facts">
          <dt>Hash</dt>
          <dd className="mono">
            <Link to={`/configurations/${job.configurationHash}`}>
              {job.configurationHash.slice(0, 16)}
            </Link>
          </dd>
          <dt>Model</dt>
          <dd>
            <Link to={`/models/${job.modelId}`}>{job.modelId}</Link>
          </dd>
          <dt>Suite</dt>
          <dd>
            <Link to={`/suites/${job.suiteId}`}>{job.suiteId}</Link>, version {job.suiteVersion}
          </dd>
          <dt>Data</dt>
          <dd className="mono">{job.dataHash}</dd>
          <dt>Samples</dt>
          <dd>
            {samplesText(suiteOptions, suites.data?.find(({ id }) => id === job.suiteId)?.kind)}
          </dd>
          <dt>Attempts</dt>
          <dd>{job.attempts}</dd>
        </dl>
        {configuration !== undefined && (
          <details>
            <summary>Complete recipe</summary>
            <pre className="wrap-text">{JSON.stringify(configuration, null, 2)}</pre>
          </details>
        )}
      </section>
      <section className="card stack">
        <h2>Environment</h2>
        {environment === null ? (
          <p className="soft">Known once the engine has started.</p>
        ) : (
          <dl className="facts">
            <dt>Engine</dt>
            <dd>
              {environment.engineVersion}, ONNX Runtime {environment.onnxruntimeVersion}
            </dd>
            <dt>Provider</dt>
            <dd>
              {environment.provider} on {environment.device}
            </dd>
            <dt>Threads</dt>
            <dd>{environment.threads}</dd>
            <dt>Batch</dt>
            <dd>{environment.batchSize}</dd>
            <dt>Precision</dt>
            <dd>{environment.precision}</dd>
            <dt>Platform</dt>
            <dd>{environment.platform}</dd>
            <dt>Peak memory</dt>
            <dd>
              {environment.peakMemoryBytes === null
                ? 'not measured'
                : formatSize(environment.peakMemoryBytes)}
            </dd>
            <dt>Chat template</dt>
            <dd className="mono">{environment.chatTemplateHash ?? 'none'}</dd>
          </dl>
        )}
      </section>
    </div>
  )
}

const mostLines = 500

function LogTab({ job }: { job: LiveJob }): ReactNode {
  const log = useCall('jobs.log', { id: job.id, limit: mostLines }, { refreshOn: ['job-changed'] })
  return (
    <Loaded state={log}>
      {(lines) =>
        lines.length === 0 ? (
          <p className="soft">Nothing was logged.</p>
        ) : (
          <ol className="log" tabIndex={0} aria-label="Log">
            {lines.map((line, index) => (
              <li key={index}>
                <time dateTime={new Date(line.at).toISOString()} title={formatUtc(line.at)}>
                  {formatClock(line.at)}
                </time>
                {line.level !== 'info' && (
                  <b className={line.level === 'error' ? 'tone-bad' : 'tone-unknown'}>
                    {line.level}
                  </b>
                )}
                <span className="wrap-text">{line.message}</span>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  )
}

function PassportTab({ job, run }: { job: LiveJob; run: RunDetail }): ReactNode {
  const passport = useCall('jobs.passport', { id: job.id }, { refreshOn: ['job-changed'] })
  const task = useModelTask(job.modelId)
  if (passport.error !== null)
    return <ErrorPanel error={passport.error} onRetry={passport.reload} />
  if (passport.isPending && passport.data === null) return null
  const configuration = run.plan.configurations.find(({ name }) => name === job.configurationName)
  if (passport.data === null && configuration !== undefined && !changesModel(configuration)) {
    return (
      <EmptyState
        title="Nothing to verify"
        text="Nothing is changed: no intervention, exact precision."
      />
    )
  }
  return passport.data === null ? (
    <EmptyState
      title="Not verified"
      text="The passport is issued when the job has loaded its model and checked its interventions."
    />
  ) : (
    <PassportView passport={passport.data} task={task} />
  )
}
