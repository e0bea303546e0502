import { useEffect, useState, type ReactNode } from 'react'
import type { Comparison } from '#contract/comparisons'
import { call } from '../../api.ts'
import { binValues, withEmptyEnds } from '../../charts/bins.ts'
import { Lines } from '../../charts/lines.tsx'
import { formatTick } from '../../charts/strength-axis.ts'
import { formatCount } from '../../format/numbers.ts'
import { seriesOfLetter } from '../../format/series.ts'

const pageSize = 500

/** How the refusal margin is spread: many samples just above zero means that little is needed to lose them. */
export function MarginHistogram({ comparison }: { comparison: Comparison }): ReactNode {
  const row = comparison.rows.find((candidate) => candidate.metric.name === 'refusal_margin')
  const jobIds = comparison.suites.find((suite) => suite.id === row?.suiteId)?.jobIds ?? []
  const margins = useMargins(row === undefined ? '' : jobIds.map((id) => id ?? '').join(' '))
  if (row === undefined || margins === null || margins.every((values) => values.length === 0)) {
    return null
  }
  const { starts, width, counts } = withEmptyEnds(binValues(margins))
  return (
    <Lines
      title={`Refusal margin on ${row.suiteTitle}`}
      xTitle={`margin, nats (bins of ${width})`}
      yTitle="samples"
      labels={starts.map(formatTick)}
      isStepped
      lines={comparison.columns.map((column, index) => ({
        name: column.name,
        series: seriesOfLetter(column.letter),
        values: counts[index] ?? [],
      }))}
      note={`Refusal openings minus compliance openings at the first answer position; above zero leans to refusing. ${margins
        .map(
          (values, index) =>
            `${comparison.columns[index]?.letter ?? ''} n ${formatCount(values.length)}`,
        )
        .join(', ')}.`}
      height={260}
    />
  )
}

/** All margins of each job, page by page. A job's samples do not change once stored, so the jobs' ids are the key. */
function useMargins(jobIds: string): number[][] | null {
  const [margins, setMargins] = useState<number[][] | null>(null)
  useEffect(() => {
    if (jobIds === '') return
    let isCurrent = true
    Promise.all(jobIds.split(' ').map((id) => (id === '' ? Promise.resolve([]) : readMargins(id))))
      .then((read) => {
        if (isCurrent) setMargins(read)
      })
      .catch(() => {
        // The table above reports what cannot be read; without margins there is simply no histogram.
      })
    return () => {
      isCurrent = false
    }
  }, [jobIds])
  return margins
}

async function readMargins(jobId: string): Promise<number[]> {
  const margins: number[] = []
  let afterRowId: number | null = null
  for (;;) {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(jobId, afterRowId)
    for (const sample of page) {
      const value = sample.scores.find((score) => score.name === 'refusal_margin')?.value
      if (value != null) margins.push(value)
    }
    if (page.length < pageSize) return margins
    afterRowId = page.at(-1)?.rowId ?? null
  }
}

function readPage(id: string, afterRowId: number | null) {
  return call('jobs.samples', { id, afterRowId, limit: pageSize, newestFirst: false })
}
