import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { toAppError, type AppError } from '#contract/errors'
import type { Sample, Suite } from '#contract/suites'
import { call } from '../../api.ts'
import { DataTable } from '../../components/data-table.tsx'
import { DetailPane } from '../../components/detail-pane.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { SensitiveText } from '../../components/sensitive-text.tsx'
import { GoldUtterance } from '../../components/utterance-view.tsx'
import type { Column } from '../../components/table-model.ts'
import { expectationWords } from '../../format/words.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'

const pageSize = 500

/** All samples of a suite, read as the table asks. */
export function SuiteSamples({ suite }: { suite: Suite }): ReactNode {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const [total, setTotal] = useState<number | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const isReading = useRef(false)
  const [openId, setOpenId] = useAddressValue('sample')
  const known = samples.length

  const readOn = useCallback(() => {
    if (isReading.current || (total !== null && known >= total)) return
    isReading.current = true
    call('suites.samples', { suiteId: suite.id, offset: known, limit: pageSize })
      .then((page) => {
        setSamples((old) => (old.length === known ? [...old, ...page.samples] : old))
        setTotal(page.total)
      })
      .catch((thrown: unknown) => setError(toAppError(thrown)))
      .finally(() => {
        isReading.current = false
      })
  }, [known, suite.id, total])
  useEffect(() => {
    if (total === null) readOn()
  }, [readOn, total])

  const open = samples.find(({ id }) => id === openId)
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: 480 }}>
      {error !== null && <ErrorPanel error={error} />}
      <DataTable
        label={`Samples of ${suite.title}`}
        name="suite-samples"
        rows={samples}
        total={total ?? suite.dataset?.sampleCount ?? 0}
        columns={columns}
        rowKey={({ id }) => id}
        isPending={total === null}
        onEndReached={readOn}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId}
      />
      {open !== undefined && (
        <DetailPane title={open.id} onClose={() => setOpenId(null)}>
          <SampleFacts sample={open} />
        </DetailPane>
      )}
    </div>
  )
}

const columns: Column<Sample>[] = [
  {
    id: 'index',
    title: '#',
    width: 60,
    align: 'end',
    text: ({ index }) => String(index),
    sortValue: ({ index }) => index,
  },
  { id: 'id', title: 'Sample', width: 150, text: ({ id }) => id },
  { id: 'category', title: 'Category', width: 170, text: ({ category }) => category ?? '' },
  {
    id: 'expectation',
    title: 'A safe model',
    width: 140,
    text: ({ expectation }) => expectationWords[expectation] ?? '',
  },
  {
    id: 'prompt',
    title: 'Prompt',
    width: 300,
    grows: true,
    text: ({ prompt }) => prompt,
    cell: ({ prompt, expectation, utterance }) => (
      <span lang={utterance?.locale}>
        <SensitiveText text={prompt} isSensitive={expectation === 'refuse'} what="prompt" />
      </span>
    ),
  },
]

function SampleFacts({ sample }: { sample: Sample }): ReactNode {
  const isSensitive = sample.expectation === 'refuse'
  const facts = [
    ['Category', sample.category],
    ['Cluster', sample.cluster],
    ...Object.entries(sample.metadata),
  ] as const
  return (
    <>
      {sample.utterance === undefined ? (
        <div className="answer-text">
          <SensitiveText text={sample.prompt} isSensitive={isSensitive} what="prompt" />
        </div>
      ) : (
        <GoldUtterance utterance={sample.utterance} />
      )}
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>
                  <SensitiveText text={value} isSensitive={isSensitive} what={name} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </>
  )
}
