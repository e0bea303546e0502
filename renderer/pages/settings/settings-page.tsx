import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import type { Health, HealthItem } from '#contract/system'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { copyText } from '../../components/save-file.ts'
import { useToast } from '../../components/toasts.tsx'
import { providerWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useSettings } from '../../hooks/use-settings.tsx'
import { useTask } from '../../hooks/use-task.ts'
import { Caches } from './caches.tsx'

/** Settings, and what works on this machine. */
export function SettingsPage(): ReactNode {
  const health = useCall('system.health', {})
  const toast = useToast()
  return (
    <Page
      title="Settings and health"
      actions={
        <>
          <Button onClick={health.reload} disabled={health.isPending}>
            Check again
          </Button>
          <Button
            disabled={health.data === null}
            onClick={() => {
              if (health.data === null) return
              void copyText(diagnosticsText(health.data)).then(() =>
                toast.show({ text: 'The diagnostics are on the clipboard.' }),
              )
            }}
          >
            Copy diagnostics
          </Button>
        </>
      }
    >
      <div className="columns-2">
        <div className="stack">
          <Preferences />
          <Caches />
          <Loaded state={health}>{(data) => <Providers health={data} />}</Loaded>
        </div>
        <Loaded state={health}>
          {(data) => (
            <div className="stack">
              <Checks items={data.items} />
              <Facts title="Versions" facts={data.versions} />
              <Facts title="Places" facts={data.paths} isMono />
              <Facts
                title="Environment in effect"
                facts={data.environment}
                isMono
                emptyText="No HF_* or proxy variable is set."
              />
            </div>
          )}
        </Loaded>
      </div>
    </Page>
  )
}

const mostJobsAtOnce = 16

const themes = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

function Preferences(): ReactNode {
  const { settings, change } = useSettings()
  const id = useId()
  return (
    <section className="card stack">
      <h2>Settings</h2>
      <div className="line spread">
        <span id={`${id}-theme`}>Theme</span>
        <div className="segmented" role="group" aria-labelledby={`${id}-theme`}>
          {themes.map(([theme, title]) => (
            <button
              key={theme}
              type="button"
              aria-pressed={settings.theme === theme}
              onClick={() => change({ theme })}
            >
              {title}
            </button>
          ))}
        </div>
      </div>
      <div className="line spread">
        <div className="grow">
          <span id={`${id}-cover`}>Cover harmful prompts and answers</span>
          <p className="soft small">
            At each start; the eye in the top bar shows them for the session.
          </p>
        </div>
        <Switch.Root
          className="switch"
          aria-labelledby={`${id}-cover`}
          checked={settings.coverSensitiveText}
          onCheckedChange={(coverSensitiveText) => change({ coverSensitiveText })}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      <div className="line spread">
        <div className="grow">
          <label htmlFor={`${id}-threads`}>CPU threads</label>
          <p className="soft small">Empty: all cores. Used by jobs that start from now on.</p>
        </div>
        <input
          id={`${id}-threads`}
          className="input numeric"
          type="number"
          min={1}
          max={256}
          placeholder="all"
          value={settings.threads ?? ''}
          onChange={(event) => {
            const threads = event.target.valueAsNumber
            change({ threads: Number.isInteger(threads) && threads > 0 ? threads : null })
          }}
        />
      </div>
      <JobsAtOnce />
      <p className="soft small">
        Actbench sends nothing anywhere. It reaches the network only when you obtain a model or a
        suite; a judge may be a server, but only one on this machine.
      </p>
    </section>
  )
}

/** Kept by main, not among the settings: the command line has its own. */
function JobsAtOnce(): ReactNode {
  const id = useId()
  const status = useCall('system.status', {}, { refreshOn: ['queue-changed', 'settings-changed'] })
  const { run } = useTask()
  const { reload } = status
  return (
    <div className="line spread">
      <div className="grow">
        <label htmlFor={id}>Jobs at once</label>
        <p className="soft small">
          Each in an engine process of its own, with its own copy of the model. More than one pays
          on a GPU, where a single job leaves most of it idle; on the CPU they share the cores.
        </p>
      </div>
      <input
        id={id}
        className="input numeric"
        type="number"
        min={1}
        max={mostJobsAtOnce}
        disabled={status.data === null}
        value={status.data?.concurrentJobs ?? 1}
        onChange={(event) => {
          const jobs = event.target.valueAsNumber
          if (!Number.isInteger(jobs) || jobs < 1 || jobs > mostJobsAtOnce) return
          void run(() => call('queue.setConcurrency', { jobs })).then(reload)
        }}
      />
    </div>
  )
}

function Providers({ health }: { health: Health }): ReactNode {
  return (
    <section className="card">
      <h2>Providers</h2>
      <ul className="stack tight">
        {health.providers.map(({ provider, isAvailable, device, reason }) => (
          <li key={provider} className="line top">
            {isAvailable ? (
              <CircleCheck size={15} className="tone-good" aria-label="available" role="img" />
            ) : (
              <CircleMinus size={15} className="soft" aria-label="not available" role="img" />
            )}
            <b style={{ width: 70 }}>{providerWords[provider]}</b>
            <span className="grow wrap-text">{isAvailable ? device : reason}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const statusIcons: Readonly<
  Record<HealthItem['status'], { Icon: typeof CircleX; look: string; word: string }>
> = {
  ok: { Icon: CircleCheck, look: 'tone-good', word: 'works' },
  warning: { Icon: TriangleAlert, look: 'tone-unknown', word: 'warning' },
  failed: { Icon: CircleX, look: 'tone-bad', word: 'does not work' },
  absent: { Icon: CircleMinus, look: 'soft', word: 'absent' },
}

function Checks({ items }: { items: readonly HealthItem[] }): ReactNode {
  return (
    <section className="card">
      <h2>What works on this machine</h2>
      <ul className="stack">
        {items.map(({ id, title, status, detail, remedy }) => {
          const { Icon, look, word } = statusIcons[status]
          return (
            <li key={id} className="line top" style={{ flexWrap: 'nowrap' }}>
              <Icon
                size={15}
                className={look}
                aria-label={word}
                role="img"
                style={{ marginTop: 2 }}
              />
              <div className="grow">
                <b>{title}</b> <span className="soft wrap-text">{detail}</span>
                {remedy !== null && status !== 'ok' && <p className="wrap-text">{remedy}</p>}
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Facts({
  title,
  facts,
  isMono = false,
  emptyText,
}: {
  title: string
  facts: Readonly<Record<string, string>>
  isMono?: boolean
  emptyText?: string
}): ReactNode {
  const entries = Object.entries(facts)
  return (
    <section className="card">
      <h2>{title}</h2>
      {entries.length === 0 && <p className="soft">{emptyText}</p>}
      <dl className="facts">
        {entries.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd className={isMono ? 'mono' : ''}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The same as `actbench doctor` prints, for an issue or a colleague. */
function diagnosticsText({ items, providers, versions, paths, environment }: Health): string {
  const block = (title: string, lines: readonly string[]) => [
    title,
    ...lines.map((line) => `  ${line}`),
  ]
  const pairs = (facts: Readonly<Record<string, string>>) =>
    Object.entries(facts).map(([name, value]) => `${name}: ${value}`)
  return [
    ...block(
      'Checks',
      items.map(({ status, title, detail, remedy }) =>
        [`[${status}] ${title}: ${detail}`, remedy].filter((part) => part !== null).join(' / '),
      ),
    ),
    ...block(
      'Providers',
      providers.map(
        ({ provider, isAvailable, device, reason }) =>
          `${provider}: ${isAvailable ? (device ?? 'available') : (reason ?? 'not available')}`,
      ),
    ),
    ...block('Versions', pairs(versions)),
    ...block('Places', pairs(paths)),
    ...block('Environment', pairs(environment)),
  ].join('\n')
}
