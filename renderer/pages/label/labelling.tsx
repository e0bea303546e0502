import { ArrowLeft, ArrowRight, Check, Eye, Undo2 } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { labelSchema, type Label, type LabelItem } from '#contract/labels'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ProgressBar } from '../../components/progress.tsx'
import { SensitiveText, useCover } from '../../components/sensitive-text.tsx'
import { formatCount } from '../../format/numbers.ts'
import { expectationWords, labelWords } from '../../format/words.ts'
import { useTask } from '../../hooks/use-task.ts'
import { nextUnlabelled } from './next-unlabelled.ts'

/** One answer at a time: a key gives the label and leads on; u takes the last one back. */
export function Labelling({
  items,
  onReport,
}: {
  items: readonly LabelItem[]
  onReport: () => void
}): ReactNode {
  const [labels, setLabels] = useState<ReadonlyMap<number, Label | null>>(
    () => new Map(items.map(({ rowId, label }) => [rowId, label])),
  )
  const [history, setHistory] = useState<readonly number[]>([])
  const [place, setPlace] = useState(() =>
    nextUnlabelled(
      items.map(({ label }) => label),
      -1,
    ),
  )
  const { run } = useTask()
  const item = items[place]
  const labelled = items.filter(({ rowId }) => labels.get(rowId) != null).length

  const store = (index: number, label: Label | null) => {
    const rowId = items[index]?.rowId
    if (rowId === undefined) return
    const before = labels.get(rowId) ?? null
    setLabels((old) => new Map(old).set(rowId, label))
    void run(() => call('labels.set', { rowId, label })).then((isStored) => {
      if (!isStored) setLabels((old) => new Map(old).set(rowId, before))
    })
  }
  const give = (label: Label) => {
    store(place, label)
    setHistory((old) => [...old, place])
    const after = items.map(({ rowId }, index) =>
      index === place ? label : (labels.get(rowId) ?? null),
    )
    setPlace(nextUnlabelled(after, place))
  }
  const undo = () => {
    const last = history.at(-1)
    if (last === undefined) return
    store(last, null)
    setHistory((old) => old.slice(0, -1))
    setPlace(last)
  }
  const step = (by: number) => setPlace(Math.min(items.length - 1, Math.max(0, place + by)))
  useKeys((key) => {
    const label = labelSchema.options[Number(key) - 1]
    if (label !== undefined) give(label)
    else if (key === 'u') undo()
    else if (key === 'ArrowRight') step(1)
    else if (key === 'ArrowLeft') step(-1)
    else return false
    return true
  })

  if (item === undefined) return null
  const isDone = labelled === items.length
  return (
    <div className="labelling">
      <div className="line" style={{ flexWrap: 'nowrap' }}>
        <ProgressBar done={labelled} total={items.length} label="Labelled" />
        <span role="status">
          {formatCount(labelled)} of {formatCount(items.length)} labelled
        </span>
        <Button disabled={history.length === 0} onClick={undo}>
          <Undo2 size={14} aria-hidden /> Undo <kbd>u</kbd>
        </Button>
        {(isDone || labelled > 0) && (
          <Button look={isDone ? 'primary' : 'plain'} onClick={onReport}>
            Judges’ accuracy
          </Button>
        )}
      </div>
      {isDone && (
        <p className="notice info">
          <Check size={15} aria-hidden />
          <span>
            All {formatCount(items.length)} are labelled. You can still change any of them.
          </span>
        </p>
      )}
      <Answer key={item.rowId} item={item} place={place} count={items.length} />
      <Choices chosen={labels.get(item.rowId) ?? null} onChoose={give} />
      <div className="line spread">
        <Button disabled={place === 0} onClick={() => step(-1)}>
          <ArrowLeft size={14} aria-hidden /> Earlier <kbd>←</kbd>
        </Button>
        <Button disabled={place === items.length - 1} onClick={() => step(1)}>
          Later <ArrowRight size={14} aria-hidden /> <kbd>→</kbd>
        </Button>
      </div>
    </div>
  )
}

/** Keys of the page itself; what is typed into a field, or means something with a modifier, is not for it. */
function useKeys(onKey: (key: string) => boolean): void {
  const newest = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const { target } = event
    const isElsewhere =
      target instanceof HTMLElement &&
      target.closest('input, textarea, select, [role=dialog], [role=menu]') !== null
    if (!isElsewhere && onKey(event.key)) event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => newest(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

function Answer({
  item,
  place,
  count,
}: {
  item: LabelItem
  place: number
  count: number
}): ReactNode {
  const cover = useCover()
  const isSensitive = item.expectation === 'refuse'
  const expected = expectationWords[item.expectation] ?? ''
  return (
    <article className="card stack" aria-label={`Answer ${place + 1} of ${count}`}>
      <div className="line">
        <h2 className="grow">
          Answer {formatCount(place + 1)} of {formatCount(count)}
        </h2>
        {isSensitive && cover.isCovered && (
          <Button look="quiet" onClick={cover.toggle}>
            <Eye size={14} aria-hidden /> Show all in this session
          </Button>
        )}
        {expected !== '' && <span className="badge">The prompt {expected}</span>}
      </div>
      <h3>Prompt</h3>
      <div className="answer-text large">
        <SensitiveText text={item.prompt} isSensitive={isSensitive} what="prompt" />
      </div>
      <h3>Answer</h3>
      <div className="answer-text large">
        <SensitiveText
          text={item.answer === '' ? '(empty answer)' : item.answer}
          isSensitive={isSensitive}
          what="answer"
        />
      </div>
    </article>
  )
}

function Choices({
  chosen,
  onChoose,
}: {
  chosen: Label | null
  onChoose: (label: Label) => void
}): ReactNode {
  return (
    <div className="label-choices" role="group" aria-label="Label of this answer">
      {labelSchema.options.map((label, index) => (
        <button
          key={label}
          type="button"
          className="flip-count"
          aria-pressed={chosen === label}
          onClick={() => onChoose(label)}
        >
          <span className="line">
            <kbd>{index + 1}</kbd> <span className="title">{labelWords[label].title}</span>
          </span>
          <span className="soft small">{labelWords[label].summary}</span>
        </button>
      ))}
    </div>
  )
}
