import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react'
import { useSettings } from '../hooks/use-settings.tsx'
import { EmptyState } from './empty-state.tsx'
import { TableHead } from './table-head.tsx'
import { TableTools } from './table-tools.tsx'
import {
  columnLayout,
  filterRows,
  nextSort,
  sortRows,
  type Column,
  type Sort,
} from './table-model.ts'

export interface DataTableProps<Row> {
  /** Read out as the name of the table; also names its CSV file. */
  readonly label: string
  /** Key under which widths and hidden columns are kept. */
  readonly name: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  readonly openKey?: string | null
  readonly selected?: readonly string[]
  readonly onToggle?: (row: Row) => void
  /** Pixels; more than one line when larger than the standard row. */
  readonly rowHeight?: number
  /** Rows are being replaced: they stay, dimmed. */
  readonly isPending?: boolean
  /** More rows exist; called when the end comes into sight. */
  readonly onEndReached?: () => void
  /** All rows that match, when not all are loaded. */
  readonly total?: number
  readonly hasFilter?: boolean
  readonly isSortable?: boolean
  readonly tools?: ReactNode
  readonly emptyText?: string
}

const standardRow = 28
const headHeight = 29

/** Virtualised rows: arrows or j/k move, Enter opens, x selects, / filters. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { rows, columns, rowKey, onOpen, onToggle, selected, rowHeight = standardRow } = props
  const { settings, change } = useSettings()
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<Sort | null>(null)
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null)
  const [active, setActive] = useState(0)
  const scrollRef = useRef<HTMLDivElement>(null)
  const filterRef = useRef<HTMLInputElement>(null)
  const gridId = useId()

  const layoutKey = (columnId: string) => `${props.name}.${columnId}`
  const isHidden = (column: Column<Row>) =>
    (settings.layout[layoutKey(`${column.id}.hidden`)] ??
      (column.startsHidden === true ? 1 : 0)) === 1
  const store = (key: string, value: number) =>
    change({ layout: { ...settings.layout, [layoutKey(key)]: value } })
  const visible = columns.filter((column) => !isHidden(column))
  const layout = columnLayout(visible, (id) =>
    dragged?.id === id ? dragged.width : settings.layout[layoutKey(id)],
  )
  const shown = useMemo(
    () => sortRows(filterRows(rows, columns, filter), columns, sort),
    [rows, columns, filter, sort],
  )

  // The virtualiser's functions are read anew on each render on purpose; nothing here is memoised by a compiler.
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headHeight,
  })
  const items = virtualizer.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? -1
  const { onEndReached } = props
  const isAtEnd = shown.length > 0 && lastSeen >= shown.length - 5
  useEffect(() => {
    if (isAtEnd) onEndReached?.()
  }, [isAtEnd, onEndReached, shown.length])

  const activeIndex = Math.min(active, shown.length - 1)
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, index))
    setActive(next)
    virtualizer.scrollToIndex(next)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return
    const row = shown[activeIndex]
    const page = Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 0) / rowHeight) - 1)
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      j: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      k: () => moveTo(activeIndex - 1),
      PageDown: () => moveTo(activeIndex + page),
      PageUp: () => moveTo(activeIndex - page),
      Home: () => moveTo(0),
      End: () => moveTo(shown.length - 1),
      Enter: () => row !== undefined && onOpen?.(row),
      x: () => row !== undefined && onToggle?.(row),
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    move()
  }

  return (
    <div className="data-table grow">
      <TableTools
        label={props.label}
        columns={columns}
        visible={visible}
        rows={shown}
        total={props.total ?? rows.length}
        isHidden={isHidden}
        onHide={(id, hide) => store(`${id}.hidden`, hide ? 1 : 0)}
        filter={props.hasFilter === false ? null : filter}
        filterRef={filterRef}
        onFilter={setFilter}
        onLeaveFilter={() => scrollRef.current?.focus()}
      >
        {props.tools}
      </TableTools>
      <div
        ref={scrollRef}
        className={`scroll ${props.isPending === true ? 'dimmed' : ''}`}
        role="grid"
        aria-label={props.label}
        aria-rowcount={shown.length + 1}
        aria-busy={props.isPending === true}
        {...(onToggle === undefined ? {} : { 'aria-multiselectable': true })}
        {...(items.some((item) => item.index === activeIndex)
          ? { 'aria-activedescendant': `${gridId}-${activeIndex}` }
          : {})}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <TableHead
          columns={visible}
          layout={layout}
          sort={sort}
          isSortable={props.isSortable !== false}
          onSort={(id) => setSort(nextSort(sort, id))}
          onResize={(id, width) => setDragged({ id, width })}
          onResized={(id, width) => {
            setDragged(null)
            store(id, width)
          }}
        />
        {shown.length === 0 ? (
          <div role="row">
            <div role="gridcell">
              <EmptyState
                title={filter === '' ? (props.emptyText ?? 'Nothing here yet') : 'No row matches'}
                text={filter === '' ? '' : 'Change or clear the filter to see the others.'}
              />
            </div>
          </div>
        ) : (
          <div className="body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
            {items.map((item) => {
              const row = shown[item.index]
              if (row === undefined) return null
              const key = rowKey(row)
              const classes = [
                'row',
                rowHeight === standardRow ? 'single' : '',
                onOpen === undefined ? '' : 'opens',
                item.index === activeIndex ? 'active' : '',
                selected?.includes(key) === true || props.openKey === key ? 'selected' : '',
              ]
              return (
                <div
                  key={key}
                  id={`${gridId}-${item.index}`}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={selected?.includes(key) === true || props.openKey === key}
                  className={classes.join(' ')}
                  style={{
                    gridTemplateColumns: layout.template,
                    width: `max(100%, ${layout.minWidth}px)`,
                    height: rowHeight,
                    transform: `translateY(${item.start}px)`,
                  }}
                  onClick={() => {
                    setActive(item.index)
                    onOpen?.(row)
                  }}
                >
                  {visible.map((column) => (
                    <div
                      key={column.id}
                      role="gridcell"
                      {...(column.align === undefined ? {} : { className: column.align })}
                    >
                      {column.cell === undefined ? column.text(row) : column.cell(row)}
                    </div>
                  ))}
                </div>
              )
            })}
          </div>
        )}
      </div>
    </div>
  )
}
