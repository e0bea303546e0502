import { Command } from 'cmdk'
import { Dialog as RadixDialog } from 'radix-ui'
import { useEffect, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { appActions, type AppActionId } from '#contract/app-actions'
import { useCall } from '../hooks/use-call.ts'
import { keysOf } from './shortcuts-dialog.tsx'

const searchDelayMs = 200
const shortestSearch = 3

/** Finds any page, model, configuration, run, suite, sample and action. */
export function CommandPalette({
  isOpen,
  onClose,
  perform,
}: {
  isOpen: boolean
  onClose: () => void
  perform: (id: AppActionId) => void
}): ReactNode {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="overlay" />
        <RadixDialog.Content className="dialog palette" aria-describedby={undefined}>
          <RadixDialog.Title className="visually-hidden">Find anything</RadixDialog.Title>
          <PaletteBody onClose={onClose} perform={perform} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

function PaletteBody({
  onClose,
  perform,
}: {
  onClose: () => void
  perform: (id: AppActionId) => void
}): ReactNode {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const go = (address: string) => {
    onClose()
    void navigate(address)
  }
  return (
    <Command label="Find anything" loop>
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A page, model, configuration, run, suite, sample or action"
      />
      <Command.List>
        <Command.Empty>Nothing found.</Command.Empty>
        <Command.Group heading="Pages and actions">
          {appActions.map((action) => (
            <Command.Item
              key={action.id}
              value={`action ${action.title}`}
              onSelect={() => perform(action.id)}
            >
              <span className="grow">{action.title}</span>
              {action.accelerator !== null && <kbd>{keysOf(action.accelerator)}</kbd>}
            </Command.Item>
          ))}
        </Command.Group>
        <Things go={go} />
        <Samples text={text} go={go} />
      </Command.List>
    </Command>
  )
}

function Things({ go }: { go: (address: string) => void }): ReactNode {
  const models = useCall('models.list', {})
  const configurations = useCall('configurations.list', {})
  const runs = useCall('runs.list', {})
  const suites = useCall('suites.list', {})
  const groups = [
    {
      heading: 'Models',
      items: (models.data ?? []).map(({ id, name }) => ({ id, name, to: `/models/${id}` })),
    },
    {
      heading: 'Configurations',
      items: (configurations.data ?? []).map(({ hash, name }) => ({
        id: hash,
        name,
        to: `/configurations/${hash}`,
      })),
    },
    {
      heading: 'Runs',
      items: (runs.data ?? []).map(({ id, name }) => ({ id, name, to: `/runs/${id}` })),
    },
    {
      heading: 'Suites',
      items: (suites.data ?? []).map(({ id, title }) => ({ id, name: title, to: `/suites/${id}` })),
    },
  ]
  return groups.map(
    ({ heading, items }) =>
      items.length > 0 && (
        <Command.Group key={heading} heading={heading}>
          {items.map((item) => (
            <Command.Item
              key={item.id}
              value={`${heading} ${item.name} ${item.id}`}
              onSelect={() => go(item.to)}
            >
              <bdi className="grow clip" dir="auto">
                {item.name}
              </bdi>
            </Command.Item>
          ))}
        </Command.Group>
      ),
  )
}

/** Full-text search over stored prompts and answers. The hit is named, not quoted: its text may be sensitive. */
function Samples({ text, go }: { text: string; go: (address: string) => void }): ReactNode {
  const [query, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQuery(text.trim()), searchDelayMs)
    return () => clearTimeout(timer)
  }, [text])
  const hits = useCall(
    'samples.search',
    query.length < shortestSearch ? null : { text: query, limit: 12 },
  )
  if (query.length < shortestSearch || hits.data === null || hits.data.length === 0) return null
  return (
    <Command.Group heading="Samples whose prompt or answer says it" forceMount>
      {hits.data.map((hit) => (
        <Command.Item
          key={hit.rowId}
          forceMount
          value={`sample ${hit.rowId}`}
          onSelect={() => go(`/runs/${hit.runId}?job=${hit.jobId}&sample=${hit.rowId}`)}
        >
          <span className="mono">{hit.sampleId}</span>
          <span className="grow clip soft">
            {hit.suiteId}, {hit.configurationName}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}
