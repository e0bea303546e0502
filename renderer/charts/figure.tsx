import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useId, useRef, type ReactNode } from 'react'
import { copyText, safeFileName, saveFile, saveText } from '../components/save-file.ts'
import { writeCsv } from '../components/table-model.ts'
import { renderPng, printSvg } from './save-figure.ts'

export interface FigureTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A chart with what every chart owes: a title that says what it shows, its figures as a table, and a way to take it along. */
export function Figure({
  title,
  note,
  table,
  height,
  tools,
  isInteractive = false,
  children,
}: {
  title: string
  note?: string
  table: FigureTable
  height: number
  tools?: ReactNode
  /** The plot itself can be read and used by keyboard, so it is not hidden from screen readers. */
  isInteractive?: boolean
  children: ReactNode
}): ReactNode {
  const titleId = useId()
  const plotRef = useRef<HTMLDivElement>(null)
  const csv = () => writeCsv([table.columns, ...table.rows])
  const withSvg = (take: (svg: string) => void) => {
    const plot = plotRef.current?.querySelector('svg')
    if (plot != null) take(printSvg(plot, title))
  }
  const name = safeFileName(title)
  const items: readonly [string, () => void][] = [
    ['Copy the figures', () => void copyText(csv())],
    ['Save as CSV', () => saveText(`${name}.csv`, 'text/csv', csv())],
    ['Save as SVG', () => withSvg((svg) => saveText(`${name}.svg`, 'image/svg+xml', svg))],
    [
      'Save as PNG',
      () => withSvg((svg) => void renderPng(svg).then((png) => saveFile(`${name}.png`, png))),
    ],
  ]
  return (
    <figure className="card figure" aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{title}</h2>
        {tools}
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <button type="button" className="button quiet icon" aria-label={`Take along: ${title}`}>
              <Download size={14} aria-hidden />
            </button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
              {items.map(([label, run]) => (
                <DropdownMenu.Item key={label} className="menu-item" onSelect={run}>
                  {label}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </header>
      <div
        ref={plotRef}
        className="plot"
        style={{ height }}
        {...(isInteractive ? {} : { 'aria-hidden': true })}
      >
        {children}
      </div>
      {note !== undefined && <p className="soft small">{note}</p>}
      <div className="visually-hidden">
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
