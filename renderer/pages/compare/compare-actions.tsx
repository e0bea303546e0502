import { Check, ChevronDown, FileDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import type { Comparison, ComparisonSpec, ReportFormat } from '#contract/comparisons'
import type { Run } from '#contract/jobs'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { safeFileName } from '../../components/save-file.ts'
import { useToast } from '../../components/toasts.tsx'
import { readKeys, toggled, writeKeys } from '../../hooks/use-selection.ts'
import { useTask } from '../../hooks/use-task.ts'
import { configurationsOf } from './compare-address.ts'
import { mostShown, shownColumns } from './pick-columns.ts'

interface Props {
  readonly spec: ComparisonSpec
  readonly comparison: Comparison | null
  readonly runs: readonly Run[]
}

export function CompareActions({ spec, comparison, runs }: Props): ReactNode {
  const [params, setParams] = useSearchParams()
  const change = (values: Readonly<Record<string, string | null>>) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      // Columns move, so a sample that is open by its rows would no longer fit them.
      next.delete('sample')
      for (const [name, value] of Object.entries(values)) {
        if (value === null) next.delete(name)
        else next.set(name, value)
      }
      return next
    })
  const all = configurationsOf(runs.filter((run) => spec.runIds.includes(run.id)))
  const shown = comparison?.columns.map((column) => column.hash) ?? []
  const baseline = comparison?.columns.find((column) => column.isBaseline)
  return (
    <>
      {comparison !== null && (
        <label className="line">
          <span className="soft">Baseline</span>
          <select
            className="select"
            style={{ maxWidth: 180 }}
            value={baseline?.hash ?? ''}
            onChange={(event) => change({ baseline: event.target.value })}
          >
            {comparison.columns.map((column) => (
              <option key={column.hash} value={column.hash}>
                {column.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {comparison !== null && comparison.columns.length > mostShown ? (
        <ShownMenu
          comparison={comparison}
          named={readKeys(params.get('shown'))}
          onChange={(hashes) => change({ shown: writeKeys(hashes) })}
        />
      ) : (
        <CheckMenu
          title="Configurations"
          items={all.map(({ hash, name }) => ({ key: hash, name, isOn: shown.includes(hash) }))}
          mostOn={mostShown}
          onToggle={(hash) => {
            const next = toggled(shown, hash)
            if (next.length > 0) {
              change({
                configurations: writeKeys(next),
                ...(hash === baseline?.hash ? { baseline: null } : {}),
              })
            }
          }}
        />
      )}
      <CheckMenu
        title="Runs"
        items={runs.map(({ id, name }) => ({ key: id, name, isOn: spec.runIds.includes(id) }))}
        mostOn={mostShown}
        onToggle={(id) => {
          const next = toggled(spec.runIds, id)
          if (next.length > 0) change({ runs: writeKeys(next), configurations: null, shown: null })
        }}
      />
      {comparison !== null && <ExportMenu spec={spec} title={comparison.title} />}
    </>
  )
}

/** Which of many columns the tables show; figures of sweeps and maps always hold all of theirs. */
function ShownMenu({
  comparison,
  named,
  onChange,
}: {
  comparison: Comparison
  named: readonly string[]
  onChange: (hashes: readonly string[]) => void
}): ReactNode {
  const shown = shownColumns(comparison, named).flatMap(
    (index) => comparison.columns[index]?.hash ?? [],
  )
  return (
    <CheckMenu
      title={`Columns (${shown.length} of ${comparison.columns.length})`}
      items={comparison.columns.map(({ hash, letter, name, isBaseline }) => ({
        key: hash,
        name: `${letter} ${name}`,
        isOn: shown.includes(hash),
        isFixed: isBaseline,
      }))}
      mostOn={mostShown}
      onToggle={(hash) => onChange(toggled(shown, hash))}
    />
  )
}

function CheckMenu({
  title,
  items,
  mostOn,
  onToggle,
}: {
  title: string
  items: readonly { key: string; name: string; isOn: boolean; isFixed?: boolean }[]
  mostOn: number
  onToggle: (key: string) => void
}): ReactNode {
  const isFull = items.filter(({ isOn }) => isOn).length >= mostOn
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button>
          {title} <ChevronDown size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {items.map(({ key, name, isOn, isFixed = false }) => (
            <DropdownMenu.CheckboxItem
              key={key}
              className="menu-item"
              checked={isOn}
              disabled={isFixed || (!isOn && isFull)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={() => onToggle(key)}
            >
              <span style={{ width: 14 }}>
                <DropdownMenu.ItemIndicator>
                  <Check size={14} aria-hidden />
                </DropdownMenu.ItemIndicator>
              </span>
              <bdi dir="auto">{name}</bdi>
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const formats: readonly [ReportFormat, string, string][] = [
  ['html', 'HTML', 'one file, opens anywhere'],
  ['pdf', 'PDF', 'for print'],
  ['markdown', 'Markdown', 'for a wiki or an issue'],
  ['csv', 'CSV', 'a row for each sample and configuration'],
  ['json', 'JSON', 'everything, for programs'],
]

function ExportMenu({ spec, title }: { spec: ComparisonSpec; title: string }): ReactNode {
  const { run, isRunning } = useTask()
  const toast = useToast()
  const [includeAnswers, setIncludeAnswers] = useState(false)
  const save = (format: ReportFormat) =>
    run(async () => {
      const path = await call('dialogs.saveReport', { format, suggestedName: safeFileName(title) })
      if (path === null) return
      const written = await call('comparisons.export', { spec, format, path, includeAnswers })
      toast.show({
        text: `Saved ${written.path}`,
        action: {
          label: 'Show in folder',
          run: () => void call('dialogs.revealPath', { path: written.path }),
        },
      })
    })
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button look="primary" disabled={isRunning}>
          <FileDown size={14} aria-hidden />
          {isRunning ? 'Exporting …' : 'Export'}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {formats.map(([format, name, hint]) => (
            <DropdownMenu.Item
              key={format}
              className="menu-item"
              onSelect={() => void save(format)}
            >
              {name} <span className="hint">{hint}</span>
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.CheckboxItem
            className="menu-item"
            checked={includeAnswers}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={setIncludeAnswers}
          >
            <span style={{ width: 14 }}>
              <DropdownMenu.ItemIndicator>
                <Check size={14} aria-hidden />
              </DropdownMenu.ItemIndicator>
            </span>
            With prompts and answers (may be harmful)
          </DropdownMenu.CheckboxItem>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
