import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Figure } from './figure.tsx'
import { fillColor, fillShare } from './heat-fill.ts'

export interface HeatCell {
  /** Short, drawn in the cell. */
  readonly text: string
  /** Whole, read out and shown on hover. */
  readonly title: string
  /** From -1 (much better) over 0 to 1 (much worse); null: inside the noise, drawn grey. */
  readonly intensity: number | null
}

export interface HeatRow {
  readonly title: string
  /** One for each column; null where nothing was measured. */
  readonly cells: readonly (HeatCell | null)[]
}

const rowHeight = 34
const headHeight = 22
const titleWidth = 92
/** Cells grow narrower where many layers would not fit a page. */
const wideCell = 46
const narrowCell = 36
const mostWideCells = 22

/** Numbers on colour: rows are kinds of input, columns are layers. Arrow keys move from cell to cell, Enter opens one. */
export function Heat({
  title,
  rowTitle,
  columnTitle,
  columns,
  rows,
  note,
  tools,
  onOpen,
}: {
  title: string
  rowTitle: string
  columnTitle: string
  columns: readonly string[]
  rows: readonly HeatRow[]
  note: string
  tools?: ReactNode
  /** A click on a cell: its row and column. */
  onOpen: (row: number, column: number) => void
}): ReactNode {
  const cellWidth = columns.length > mostWideCells ? narrowCell : wideCell
  const width = titleWidth + columns.length * cellWidth
  const height = headHeight + rows.length * rowHeight
  return (
    <Figure
      title={title}
      note={note}
      height={height + 16}
      tools={tools}
      isInteractive
      table={{
        columns: [rowTitle, ...columns.map((column) => `${columnTitle} ${column}`)],
        rows: rows.map((row) => [row.title, ...row.cells.map((cell) => cell?.title ?? '')]),
      }}
    >
      <div className="table-scroll">
        <svg width={width} height={height} role="group" aria-label={title} fontSize={11}>
          {columns.map((column, index) => (
            <text
              key={column}
              x={titleWidth + (index + 0.5) * cellWidth}
              y={headHeight - 7}
              textAnchor="middle"
              fill="var(--text-soft)"
            >
              {column}
            </text>
          ))}
          {rows.map((row, index) => (
            <text
              key={row.title}
              x={titleWidth - 8}
              y={headHeight + (index + 0.5) * rowHeight + 4}
              textAnchor="end"
              fill="var(--text-soft)"
            >
              {row.title}
            </text>
          ))}
          <Cells
            columns={columns}
            rows={rows}
            columnTitle={columnTitle}
            cellWidth={cellWidth}
            onOpen={onOpen}
          />
        </svg>
      </div>
    </Figure>
  )
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
}

/** One cell at a time can be reached by Tab; arrows move on from it. */
function Cells({
  columns,
  rows,
  columnTitle,
  cellWidth,
  onOpen,
}: {
  columns: readonly string[]
  rows: readonly HeatRow[]
  columnTitle: string
  cellWidth: number
  onOpen: (row: number, column: number) => void
}): ReactNode {
  const [active, setActive] = useState<readonly [number, number]>([0, 0])
  const groupRef = useRef<SVGGElement>(null)
  const onKeyDown = (event: KeyboardEvent, row: number, column: number) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onOpen(row, column)
      return
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = [row + step[0], column + step[1]] as const
    if (rows[next[0]]?.cells[next[1]] === undefined) return
    setActive(next)
    groupRef.current?.querySelector<SVGGElement>(`[data-cell='${next.join(' ')}']`)?.focus()
  }
  return (
    <g ref={groupRef}>
      {rows.map(({ title, cells }, row) =>
        cells.map((cell, column) => (
          <g
            key={`${row} ${column}`}
            className="heat-cell"
            data-cell={`${row} ${column}`}
            role="button"
            tabIndex={active[0] === row && active[1] === column ? 0 : -1}
            aria-label={`${title}, ${columnTitle} ${columns[column] ?? ''}: ${cell?.title ?? 'not run'}`}
            aria-disabled={cell === null}
            transform={`translate(${titleWidth + column * cellWidth},${headHeight + row * rowHeight})`}
            onFocus={() => setActive([row, column])}
            onKeyDown={(event) => onKeyDown(event, row, column)}
            onClick={() => cell !== null && onOpen(row, column)}
          >
            <title>{cell?.title ?? 'not run'}</title>
            <CellBox cell={cell} width={cellWidth} />
          </g>
        )),
      )}
    </g>
  )
}

function CellBox({ cell, width }: { cell: HeatCell | null; width: number }): ReactNode {
  const box = { x: 1, y: 1, width: width - 2, height: rowHeight - 2, rx: 3 }
  const isNoise = cell === null || cell.intensity === null
  const intensity = cell?.intensity ?? 0
  return (
    <>
      <rect {...box} fill="var(--surface)" stroke="var(--line)" />
      <rect
        {...box}
        fill={isNoise ? 'var(--noise)' : fillColor(intensity)}
        fillOpacity={isNoise ? 1 : fillShare(intensity)}
      />
      <text
        x={width / 2}
        y={rowHeight / 2 + 4}
        textAnchor="middle"
        fill={isNoise ? 'var(--text-soft)' : 'var(--text)'}
        fontWeight={isNoise ? 400 : 600}
      >
        {cell?.text ?? ''}
      </text>
    </>
  )
}
