import { useEffect, useState, type ReactNode } from 'react'
import type {
  ComparedSample,
  Comparison,
  ComparisonColumn,
  ComparisonSpec,
  SampleFilter,
} from '#contract/comparisons'
import { DataTable } from '../../components/data-table.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { ScoreBadge } from '../../components/score-badge.tsx'
import { SensitiveText } from '../../components/sensitive-text.tsx'
import type { Column } from '../../components/table-model.ts'
import { formatNumber } from '../../format/numbers.ts'
import { useComparedSamples } from '../../hooks/use-compared-samples.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { useSearchParams } from 'react-router'
import { aboutText, readFilter, writeSampleRows, type ComparisonRow } from './compare-address.ts'

const rowHeight = 104
const searchDelayMs = 250

/** Every sample with the answers of all configurations side by side, flips first. */
export function Samples({
  comparison,
  spec,
  row,
}: {
  comparison: Comparison
  spec: ComparisonSpec
  row: ComparisonRow
}): ReactNode {
  const [params] = useSearchParams()
  const [openRows, setOpenRows] = useAddressValue('sample')
  const filter = readFilter(params, row)
  const { samples, total, isPending, error, loadMore } = useComparedSamples(spec, filter)
  return (
    <section
      id="samples"
      className="stack"
      aria-label="Samples side by side"
      style={{ height: 'max(440px, 70vh)' }}
    >
      {error !== null && <ErrorPanel error={error} />}
      <DataTable
        label="Samples side by side"
        name="compare"
        rows={samples}
        total={total}
        columns={columnsOf(comparison.columns, filter)}
        rowKey={rowsOf}
        rowHeight={rowHeight}
        isPending={isPending}
        onEndReached={loadMore}
        onOpen={(sample) => setOpenRows(rowsOf(sample))}
        openKey={openRows}
        hasFilter={false}
        isSortable={false}
        emptyText="No sample matches"
        tools={<SampleTools filter={filter} />}
      />
    </section>
  )
}

function rowsOf(sample: ComparedSample): string {
  return writeSampleRows(sample.answers.map((answer) => answer?.rowId ?? null))
}

const showWords: readonly [SampleFilter['show'], string][] = [
  ['all', 'All samples'],
  ['flips', 'Only differences'],
  ['raised', 'Raised: 0 → 1'],
  ['lowered', 'Lowered: 1 → 0'],
  ['unscored', 'Could not be judged'],
  ['errors', 'Failed'],
]

function SampleTools({ filter }: { filter: SampleFilter }): ReactNode {
  const [, setShow] = useAddressValue('show')
  const [, setCategory] = useAddressValue('category')
  const [, setSearch] = useAddressValue('search')
  const [, setAbout] = useAddressValue('about')
  const [text, setText] = useState(filter.search)
  useEffect(() => {
    if (text === filter.search) return
    const timer = setTimeout(() => setSearch(text), searchDelayMs)
    return () => clearTimeout(timer)
  }, [text, filter.search, setSearch])
  return (
    <>
      <input
        className="input"
        type="search"
        placeholder="Search prompts and answers  /"
        aria-label="Search prompts and answers"
        style={{ width: 240 }}
        data-filter
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <select
        className="select"
        aria-label="Which samples"
        value={filter.show}
        onChange={(event) => setShow(event.target.value === 'all' ? null : event.target.value)}
      >
        {showWords.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      {filter.category !== null && (
        <button type="button" className="badge accent" onClick={() => setCategory(null)}>
          {filter.category} ✕
        </button>
      )}
      {filter.about !== undefined && (
        <button type="button" className="badge accent" onClick={() => setAbout(null)}>
          <bdi dir="auto">{aboutText(filter.about)}</bdi> ✕
        </button>
      )}
    </>
  )
}

function columnsOf(
  configurations: readonly ComparisonColumn[],
  filter: SampleFilter,
): Column<ComparedSample>[] {
  const scoreOf = (sample: ComparedSample, index: number) =>
    sample.answers[index]?.scores.find(
      (score) =>
        score.scorer === filter.scorer &&
        score.variant === filter.variant &&
        (filter.name === undefined || score.name === filter.name),
    )
  return [
    {
      id: 'sample',
      title: 'Sample',
      width: 128,
      text: ({ sampleId }) => sampleId,
      cell: (sample) => (
        <div className="answer-cell">
          <span className="mono clip">{sample.sampleId}</span>
          <span className="soft small clip">{sample.category}</span>
          {sample.isFlip && <span className="badge warn">changed</span>}
        </div>
      ),
    },
    {
      id: 'prompt',
      title: 'Prompt',
      width: 240,
      grows: true,
      text: ({ prompt }) => prompt,
      cell: ({ prompt, expectation }) => (
        <div className="answer-cell">
          <div className="clamp-3">
            <SensitiveText text={prompt} isSensitive={expectation === 'refuse'} what="prompt" />
          </div>
        </div>
      ),
    },
    ...configurations.map<Column<ComparedSample>>((configuration, index) => ({
      id: configuration.letter,
      title: `${configuration.letter}  ${configuration.name}`,
      width: 240,
      grows: true,
      text: (sample) =>
        `${scoreOf(sample, index)?.label ?? ''}: ${sample.answers[index]?.answer ?? ''}`,
      cell: (sample) => {
        const answer = sample.answers[index]
        if (answer == null) return <span className="soft">not run</span>
        const score = scoreOf(sample, index)
        const margin = answer.scores.find(({ name }) => name === 'refusal_margin')?.value
        return (
          <div className="answer-cell">
            <span className="line" style={{ gap: 5, flexWrap: 'nowrap' }}>
              {score !== undefined && <ScoreBadge score={score} />}
              {margin != null && score?.name !== 'refusal_margin' && (
                <span className="soft small">margin {formatNumber(margin, 1)}</span>
              )}
              {answer.firstDivergence !== null && (
                <span
                  className="soft small"
                  title={`Parts from the baseline at token ${answer.firstDivergence + 1}`}
                >
                  ↯ {answer.firstDivergence + 1}
                </span>
              )}
            </span>
            {answer.errorMessage !== null ? (
              <span className="tone-bad clamp-3">{answer.errorMessage}</span>
            ) : (
              <div className="clamp-3">
                <SensitiveText
                  text={answer.answer ?? ''}
                  isSensitive={sample.expectation === 'refuse'}
                  what="answer"
                />
              </div>
            )}
          </div>
        )
      },
    })),
  ]
}
