import { useEffect, type ReactNode } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { compareAddress, newestComparable } from '../compare/compare-address.ts'
import { labelAddress, readTask, type LabelTask } from './label-address.ts'
import { LabelReportView } from './label-report.tsx'
import { Labelling } from './labelling.tsx'

/** A person labels a random sample of answers blind, and then sees how often each judge agrees. */
export function LabelPage(): ReactNode {
  const [params] = useSearchParams()
  const task = readTask(params)
  if (task === null) return <NoTask />
  return <LabelTaskPage key={JSON.stringify(task)} task={task} />
}

/** Without an address: harmful prompts of the newest comparison there is, else how to get one. */
function NoTask(): ReactNode {
  const navigate = useNavigate()
  const runs = useCall('runs.list', {})
  const suites = useCall('suites.list', {})
  const newest = newestComparable(runs.data ?? [])
  const suiteId = suites.data?.find(
    ({ id, kind }) => kind === 'harmful' && newest?.jobs.some((job) => job.suiteId === id),
  )?.id
  const address =
    newest === null || suiteId === undefined
      ? null
      : labelAddress({ runIds: [newest.id], configurations: null }, suiteId)
  useEffect(() => {
    if (address !== null) void navigate(address, { replace: true })
  }, [address, navigate])
  const isKnown = runs.data !== null && suites.data !== null
  return (
    <Page title="Label answers">
      {isKnown && address === null && (
        <EmptyState
          title="Nothing to label yet"
          text="Labelling needs the answers of at least two configurations to a suite of harmful prompts. Of other comparisons, choose a suite under “Can the judges be trusted?” there."
          action={
            <Link className="button primary" to="/compare">
              Compare
            </Link>
          }
        />
      )}
    </Page>
  )
}

const largestSample = 1000

function LabelTaskPage({ task }: { task: LabelTask }): ReactNode {
  const [view, setView] = useAddressValue('view')
  const [, setSize] = useAddressValue('size')
  const [, setSeed] = useAddressValue('seed')
  const { spec, suiteId, size, seed } = task
  const isReport = view === 'report'
  return (
    <Page
      title="Label answers"
      parents={[{ title: 'Compare', to: compareAddress(spec.runIds) }]}
      summary={`A random sample of the answers to ${suiteId}, in an order that hides which configuration gave them and what the judges said.`}
      actions={
        <>
          <label className="line">
            <span className="soft">Answers</span>
            <input
              className="input numeric"
              type="number"
              min={1}
              max={largestSample}
              defaultValue={size}
              onBlur={(event) => {
                const next = event.target.valueAsNumber
                if (Number.isInteger(next) && next > 0) setSize(String(next))
              }}
            />
          </label>
          <label className="line">
            <span className="soft">Seed</span>
            <input
              className="input numeric"
              type="number"
              min={0}
              defaultValue={seed}
              onBlur={(event) => {
                const next = event.target.valueAsNumber
                if (Number.isInteger(next) && next >= 0) setSeed(String(next))
              }}
            />
          </label>
          <div className="segmented" role="group" aria-label="View">
            <button type="button" aria-pressed={!isReport} onClick={() => setView(null)}>
              Label
            </button>
            <button type="button" aria-pressed={isReport} onClick={() => setView('report')}>
              Judges’ accuracy
            </button>
          </div>
        </>
      }
    >
      {isReport ? (
        <LabelReportView spec={spec} suiteId={suiteId} />
      ) : (
        <Drawn task={task} onReport={() => setView('report')} />
      )}
    </Page>
  )
}

/** Drawn anew whenever it is opened, so that the labels given so far come with it. */
function Drawn({ task, onReport }: { task: LabelTask; onReport: () => void }): ReactNode {
  const drawn = useCall('labels.draw', task)
  return (
    <Loaded state={drawn}>
      {(items) =>
        items.length === 0 ? (
          <EmptyState
            title="No answers yet"
            text={`None of these configurations has answered ${task.suiteId}.`}
          />
        ) : (
          <Labelling items={items} onReport={onReport} />
        )
      }
    </Loaded>
  )
}
