import { Check, Columns3, Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode, RefObject } from 'react'
import { formatCount } from '../format/numbers.ts'
import { Button } from './button.tsx'
import { safeFileName, saveText } from './save-file.ts'
import { toCsv, type Column } from './table-model.ts'

/** Filter, page's own tools, count, columns, CSV of what is shown. */
export function TableTools<Row>(props: {
  label: string
  columns: readonly Column<Row>[]
  visible: readonly Column<Row>[]
  rows: readonly Row[]
  total: number
  isHidden: (column: Column<Row>) => boolean
  onHide: (columnId: string, hide: boolean) => void
  /** Null: the page filters by its own means. */
  filter: string | null
  filterRef: RefObject<HTMLInputElement | null>
  onFilter: (text: string) => void
  onLeaveFilter: () => void
  children?: ReactNode
}): ReactNode {
  const { rows, total } = props
  return (
    <div className="tools">
      {props.filter !== null && (
        <input
          ref={props.filterRef}
          className="input"
          type="search"
          placeholder="Filter  /"
          aria-label={`Filter ${props.label}`}
          data-filter
          value={props.filter}
          onChange={(event) => props.onFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault()
              props.onFilter('')
              props.onLeaveFilter()
            }
            if (event.key === 'Enter') props.onLeaveFilter()
          }}
        />
      )}
      {props.children}
      <span className="count" aria-live="polite">
        {rows.length === total
          ? formatCount(total)
          : `${formatCount(rows.length)} of ${formatCount(total)}`}
      </span>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button look="quiet">
            <Columns3 size={14} aria-hidden />
            Columns
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            {props.columns.map((column) => (
              <DropdownMenu.CheckboxItem
                key={column.id}
                className="menu-item"
                checked={!props.isHidden(column)}
                onSelect={(event) => event.preventDefault()}
                onCheckedChange={(isShown) => props.onHide(column.id, !isShown)}
              >
                <span style={{ width: 14 }}>
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                {column.title}
              </DropdownMenu.CheckboxItem>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <Button
        look="quiet"
        disabled={rows.length === 0}
        onClick={() =>
          saveText(`${safeFileName(props.label)}.csv`, 'text/csv', toCsv(rows, props.visible))
        }
      >
        <Download size={14} aria-hidden />
        CSV
      </Button>
    </div>
  )
}
