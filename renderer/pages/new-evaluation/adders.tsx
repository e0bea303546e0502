import { Plus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { StoredConfiguration } from '#contract/configurations'
import type { Plan } from '#contract/plans'
import type { Suite } from '#contract/suites'
import { Button } from '../../components/button.tsx'
import { plural } from '../../format/numbers.ts'
import { addConfiguration, newSuite } from './plan-draft.ts'

/** Menus that put a configuration or a suite into the plan. */
export function Adders({
  plan,
  configurations,
  suites,
  onChange,
}: {
  plan: Plan
  configurations: readonly StoredConfiguration[]
  suites: readonly Suite[]
  onChange: (plan: Plan) => void
}): ReactNode {
  const others = suites.filter(({ id }) => !plan.suites.some((suite) => suite.id === id))
  const saved = configurations.filter(({ isSaved }) => isSaved)
  const offered = saved.length > 0 ? saved : configurations
  return (
    <>
      <AddMenu label="Add a configuration">
        {offered.map((stored) => (
          <DropdownMenu.Item
            key={stored.hash}
            className="menu-item"
            onSelect={() => onChange(addConfiguration(plan, stored))}
          >
            <bdi dir="auto">{stored.name}</bdi>
            <span className="hint">{stored.configuration.modelId.split('@')[0]}</span>
          </DropdownMenu.Item>
        ))}
        {offered.length > 0 && <DropdownMenu.Separator className="menu-line" />}
        <DropdownMenu.Item asChild className="menu-item">
          <Link to="/configurations/new" style={{ color: 'inherit', textDecoration: 'none' }}>
            New configuration …
          </Link>
        </DropdownMenu.Item>
      </AddMenu>
      <AddMenu label="Add a suite">
        {others.map((suite) => (
          <DropdownMenu.Item
            key={suite.id}
            className="menu-item"
            disabled={suite.dataset === null}
            onSelect={() => onChange({ ...plan, suites: [...plan.suites, newSuite(suite)] })}
          >
            {suite.title}
            <span className="hint">
              {suite.dataset === null ? 'no data yet' : plural(suite.dataset.sampleCount, 'sample')}
            </span>
          </DropdownMenu.Item>
        ))}
        <DropdownMenu.Separator className="menu-line" />
        <DropdownMenu.Item asChild className="menu-item">
          <Link to="/suites" style={{ color: 'inherit', textDecoration: 'none' }}>
            Obtain data for a suite …
          </Link>
        </DropdownMenu.Item>
      </AddMenu>
    </>
  )
}

function AddMenu({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button>
          <Plus size={14} aria-hidden /> {label}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
