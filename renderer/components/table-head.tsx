import { ArrowDown, ArrowUp } from 'lucide-react'
import type { PointerEvent, ReactNode } from 'react'
import type { Column, Sort } from './table-model.ts'

const narrowestColumn = 48

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly layout: { readonly template: string; readonly minWidth: number }
  readonly sort: Sort | null
  readonly isSortable: boolean
  readonly onSort: (columnId: string) => void
  readonly onResize: (columnId: string, width: number) => void
  readonly onResized: (columnId: string, width: number) => void
}

export function TableHead<Row>(props: TableHeadProps<Row>): ReactNode {
  const { columns, layout, sort } = props
  return (
    <div role="rowgroup" className="head-group">
      <div
        role="row"
        aria-rowindex={1}
        className="head"
        style={{
          gridTemplateColumns: layout.template,
          width: `max(100%, ${layout.minWidth}px)`,
        }}
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={
              sort?.columnId === column.id
                ? sort.isDescending
                  ? 'descending'
                  : 'ascending'
                : 'none'
            }
          >
            {props.isSortable && column.isSortable !== false ? (
              <button
                type="button"
                className={`sort ${column.align ?? ''}`}
                onClick={() => props.onSort(column.id)}
              >
                <span className="clip">{column.title}</span>
                {sort?.columnId === column.id &&
                  (sort.isDescending ? (
                    <ArrowDown size={12} aria-hidden />
                  ) : (
                    <ArrowUp size={12} aria-hidden />
                  ))}
              </button>
            ) : (
              <span className={`plain-head clip ${column.align ?? ''}`}>{column.title}</span>
            )}
            <span
              className="grip"
              aria-hidden
              onPointerDown={(event) => drag(event, column, props)}
            />
          </div>
        ))}
      </div>
    </div>
  )
}

function drag<Row>(
  event: PointerEvent<HTMLSpanElement>,
  column: Column<Row>,
  { onResize, onResized }: TableHeadProps<Row>,
): void {
  const grip = event.currentTarget
  const from = event.clientX
  const width = grip.parentElement?.getBoundingClientRect().width ?? column.width
  const widthAt = (x: number) => Math.max(narrowestColumn, Math.round(width + x - from))
  grip.setPointerCapture(event.pointerId)
  grip.onpointermove = (move) => onResize(column.id, widthAt(move.clientX))
  grip.onpointerup = (up) => {
    grip.onpointermove = null
    grip.onpointerup = null
    onResized(column.id, widthAt(up.clientX))
  }
}
