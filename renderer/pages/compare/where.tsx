import type { ReactNode } from 'react'
import type { Comparison } from '#contract/comparisons'
import { Estimate } from '../../components/estimate.tsx'
import { Letter } from '../../components/letter.tsx'
import { useAddressValue } from '../../hooks/use-selection.ts'
import type { ComparisonRow } from './compare-address.ts'

/** The chosen metric by category; a category filters the samples below. */
export function Where({
  comparison,
  row,
}: {
  comparison: Comparison
  row: ComparisonRow
}): ReactNode {
  const [category, setCategory] = useAddressValue('category')
  const parts = comparison.breakdowns.filter(
    (part) =>
      part.suiteId === row.suiteId && part.metric === row.metric.name && part.judge === row.judge,
  )
  if (parts.length < 2) return null
  return (
    <details className="card" open={parts.length <= 12 || category !== null}>
      <summary>
        <b>Where: by category</b> <span className="soft">({parts.length})</span>
      </summary>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="By category">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Category</th>
              {comparison.columns.map((column) => (
                <th key={column.hash} scope="col" className="numeric">
                  <Letter letter={column.letter} title={column.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.category}>
                <th scope="row">
                  <button
                    type="button"
                    className="button quiet"
                    style={{ padding: '0 4px', marginLeft: -5 }}
                    aria-pressed={category === part.category}
                    onClick={() => setCategory(category === part.category ? null : part.category)}
                  >
                    <bdi dir="auto">{part.category}</bdi>
                  </button>
                </th>
                {part.cells.map((estimate, index) => (
                  <td key={index} className="numeric">
                    {estimate === null ? (
                      <span className="soft">not run</span>
                    ) : (
                      <Estimate estimate={estimate} unit={row.metric.unit} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
