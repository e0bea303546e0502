import { Download, FileUp, FolderUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import type { Suite } from '#contract/suites'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { ExternalLink } from '../../components/external-link.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { formatCount } from '../../format/numbers.ts'
import { judgeLabel, suiteKindSummaries, suiteKindWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'
import { SuiteSamples } from './suite-samples.tsx'

export function SuitePage(): ReactNode {
  const { id = '' } = useParams()
  const suites = useCall('suites.list', {}, { refreshOn: ['suites-changed'] })
  const suite = suites.data?.find((candidate) => candidate.id === id)
  const { run, isRunning, error } = useTask()
  const importData = (kind: 'file' | 'directory') =>
    run(async () => {
      const path = await call('dialogs.openDataset', { kind })
      if (path === null) return
      await call('suites.import', { suiteId: id, path })
      suites.reload()
    })
  const obtain = () =>
    run(async () => {
      await call('suites.obtain', { suiteId: id })
      suites.reload()
    })
  const isEmbedded = suite?.dataset?.origin === 'embedded'
  const actions = suite !== undefined && !isEmbedded && (
    <>
      {suite.obtain !== null && (
        <Button disabled={isRunning} onClick={() => void obtain()}>
          <Download size={14} aria-hidden />
          {isRunning ? 'Working …' : 'Obtain from its official address'}
        </Button>
      )}
      <Button disabled={isRunning} onClick={() => void importData('file')}>
        <FileUp size={14} aria-hidden /> Import a file
      </Button>
      {suite.kind === 'nlu' && (
        <Button disabled={isRunning} onClick={() => void importData('directory')}>
          <FolderUp size={14} aria-hidden /> Import a folder
        </Button>
      )}
    </>
  )
  return (
    <Page
      title={suite?.title ?? 'Suite'}
      parents={[{ title: 'Suites', to: '/suites' }]}
      summary={suite?.summary}
      actions={actions}
    >
      {error !== null && <ErrorPanel error={error} />}
      <Loaded state={suites}>
        {() =>
          suite === undefined ? (
            <EmptyState title="No such suite" text={`Nothing is known as ${id}.`} />
          ) : (
            <>
              <SuiteFacts suite={suite} />
              {suite.dataset === null ? (
                <EmptyState
                  title="No data yet"
                  text={`Obtain the file from its official address, or import your own copy: ${suite.format}.`}
                />
              ) : (
                <SuiteSamples key={suite.dataset.dataHash} suite={suite} />
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function SuiteFacts({ suite }: { suite: Suite }): ReactNode {
  const { paper, obtain, dataset } = suite
  return (
    <div className="columns-2">
      <section className="card">
        <h2>What it is</h2>
        <dl className="facts">
          <dt>Kind</dt>
          <dd>
            {suiteKindWords[suite.kind]}.{' '}
            <span className="soft">{suiteKindSummaries[suite.kind]}</span>
          </dd>
          <dt>Version</dt>
          <dd>{suite.version}</dd>
          <dt>Source</dt>
          <dd>{suite.source}</dd>
          <dt>Licence</dt>
          <dd>{suite.licence}</dd>
          {paper !== null && (
            <>
              <dt>Paper</dt>
              <dd>
                {paper.authors} ({paper.year}):{' '}
                <ExternalLink to={paper.link}>{paper.title}</ExternalLink>
              </dd>
            </>
          )}
          <dt>Judges</dt>
          <dd>{suite.scorers.map(({ id, variant }) => judgeLabel(id, variant)).join(', ')}</dd>
          {suite.partitions !== undefined && suite.partitions.length > 1 && (
            <>
              <dt>Partitions</dt>
              <dd>{suite.partitions.join(', ')}; test unless a plan says otherwise</dd>
            </>
          )}
          {suite.usualLimit !== undefined && (
            <>
              <dt>Proposed limit</dt>
              <dd>{formatCount(suite.usualLimit)} utterances of each language, the same ones</dd>
            </>
          )}
          <dt>File format</dt>
          <dd>{suite.format}</dd>
        </dl>
      </section>
      <section className="card">
        <h2>Its data here</h2>
        {dataset === null ? (
          <p className="soft">None yet.</p>
        ) : (
          <dl className="facts">
            <dt>Samples</dt>
            <dd>{formatCount(dataset.sampleCount)}</dd>
            <dt>Hash</dt>
            <dd className="mono">{dataset.dataHash}</dd>
            <dt>From</dt>
            <dd>
              {dataset.origin === 'embedded'
                ? 'ships with Actbench'
                : dataset.origin === 'official'
                  ? 'its official address'
                  : dataset.path}
            </dd>
            <dt>Added</dt>
            <dd>
              <Moment at={dataset.addedAt} />
            </dd>
          </dl>
        )}
        {obtain !== null && (
          <dl className="facts" style={{ marginTop: 8 }}>
            <dt>Official file</dt>
            <dd className="mono">{obtain.url}</dd>
            <dt>Checksum</dt>
            <dd className="mono">{obtain.sha256 ?? 'none that we have verified'}</dd>
            {obtain.reportedSha256 !== undefined && (
              <>
                <dt>Reported by others</dt>
                <dd className="mono">{obtain.reportedSha256}</dd>
              </>
            )}
          </dl>
        )}
        {suite.caution !== undefined && <p className="notice">{suite.caution}</p>}
        <h3 style={{ margin: '14px 0 4px' }}>How it is put to the model</h3>
        <p className="answer-text mono">{suite.howItIsPut}</p>
      </section>
    </div>
  )
}
