import { ArrowDown, ArrowUp, GripVertical, Plus, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import type { InterventionRecord, InterventionUse } from '#contract/configurations'
import { Button, IconButton } from '../../components/button.tsx'
import { ExternalLink } from '../../components/external-link.tsx'
import { ParamsForm } from '../../components/params-form.tsx'
import { categoryWords } from '../../format/words.ts'
import { moved } from './moved.ts'

/** A use with a key of its own, so that a form stays with its item when the order changes. */
export interface StackItem extends InterventionUse {
  readonly key: number
}

/** The ordered interventions: add from the catalogue, reorder by drag or keyboard, set, remove. */
export function InterventionStack({
  items,
  catalogue,
  onChange,
}: {
  items: readonly StackItem[]
  catalogue: readonly InterventionRecord[]
  onChange: (items: readonly StackItem[]) => void
}): ReactNode {
  const [drag, setDrag] = useState<{ from: number; over: number } | null>(null)
  const add = (record: InterventionRecord) =>
    onChange([
      ...items,
      {
        key: 1 + Math.max(0, ...items.map(({ key }) => key)),
        id: record.id,
        params: record.defaults,
      },
    ])
  return (
    <div className="stack">
      <ol className="stack" style={{ listStyle: 'none', padding: 0 }} aria-label="Interventions">
        {items.map((item, index) => (
          <li
            key={item.key}
            className={`stack-item ${drag?.from === index ? 'dragged' : ''} ${drag?.over === index && drag.from !== index ? 'target' : ''}`}
            onDragOver={(event) => {
              event.preventDefault()
              setDrag((old) => (old === null || old.over === index ? old : { ...old, over: index }))
            }}
            onDrop={(event) => {
              event.preventDefault()
              if (drag !== null) onChange(moved(items, drag.from, index))
              setDrag(null)
            }}
          >
            <StackItemView
              item={item}
              index={index}
              count={items.length}
              record={catalogue.find(({ id }) => id === item.id)}
              onMove={(to) => onChange(moved(items, index, to))}
              onRemove={() => onChange(items.filter((other) => other !== item))}
              onParams={(params) =>
                onChange(items.map((other) => (other === item ? { ...item, params } : other)))
              }
              onDragStart={() => setDrag({ from: index, over: index })}
              onDragEnd={() => setDrag(null)}
            />
          </li>
        ))}
      </ol>
      {items.length === 0 && (
        <p className="soft">
          None: the model as it is. That is the baseline to compare with; add interventions for the
          others.
        </p>
      )}
      <AddMenu catalogue={catalogue} onAdd={add} />
    </div>
  )
}

function StackItemView({
  item,
  index,
  count,
  record,
  onMove,
  onRemove,
  onParams,
  onDragStart,
  onDragEnd,
}: {
  item: StackItem
  index: number
  count: number
  record: InterventionRecord | undefined
  onMove: (to: number) => void
  onRemove: () => void
  onParams: (params: InterventionUse['params']) => void
  onDragStart: () => void
  onDragEnd: () => void
}): ReactNode {
  const title = record?.title ?? item.id
  return (
    <>
      <header>
        <span
          className="grab"
          draggable
          title="Drag to reorder"
          onDragStart={onDragStart}
          onDragEnd={onDragEnd}
        >
          <GripVertical size={15} aria-hidden />
        </span>
        <h3 className="grow">
          {index + 1}. {title}
        </h3>
        {record !== undefined && <span className="badge">{categoryWords[record.category]}</span>}
        <IconButton
          label={`Move ${title} earlier`}
          disabled={index === 0}
          onClick={() => onMove(index - 1)}
        >
          <ArrowUp size={14} aria-hidden />
        </IconButton>
        <IconButton
          label={`Move ${title} later`}
          disabled={index === count - 1}
          onClick={() => onMove(index + 1)}
        >
          <ArrowDown size={14} aria-hidden />
        </IconButton>
        <IconButton label={`Remove ${title}`} onClick={onRemove}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </header>
      <div className="inside stack">
        {record === undefined ? (
          <p className="tone-bad">This version of Actbench does not know it.</p>
        ) : (
          <>
            <p className="soft">
              {record.summary}{' '}
              {record.paper !== null && (
                <ExternalLink to={record.paper.link}>
                  {record.paper.authors} {record.paper.year}
                </ExternalLink>
              )}
            </p>
            {record.needsCalibration && (
              <p className="soft small">
                It is fitted on calibration text before its first run with a model.
              </p>
            )}
            <ParamsForm record={record} params={item.params} onChange={onParams} />
          </>
        )}
      </div>
    </>
  )
}

const categories = Object.keys(categoryWords) as InterventionRecord['category'][]

function isOf(category: InterventionRecord['category']) {
  return (record: InterventionRecord) => record.category === category
}

/** `Liu, Ponnusamy, Cai` -> `Liu et al.` */
function firstAuthor(authors: string): string {
  const [first = '', ...others] = authors.split(/,| and /)
  return others.length === 0 ? first : `${first} et al.`
}

function AddMenu({
  catalogue,
  onAdd,
}: {
  catalogue: readonly InterventionRecord[]
  onAdd: (record: InterventionRecord) => void
}): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button style={{ alignSelf: 'flex-start' }}>
          <Plus size={14} aria-hidden /> Add an intervention
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          {categories
            .map((category) => ({ category, records: catalogue.filter(isOf(category)) }))
            .filter(({ records }) => records.length > 0)
            .map(({ category, records }) => (
              <DropdownMenu.Group key={category}>
                <DropdownMenu.Label className="menu-label">
                  {categoryWords[category]}
                </DropdownMenu.Label>
                {records.map((record) => (
                  <DropdownMenu.Item
                    key={record.id}
                    className="menu-item"
                    onSelect={() => onAdd(record)}
                  >
                    {record.title}
                    {record.paper !== null && (
                      <span className="hint">
                        {firstAuthor(record.paper.authors)} {record.paper.year}
                      </span>
                    )}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Group>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
