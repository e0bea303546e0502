import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { EmptyState } from '../components/empty-state.tsx'
import { Page } from '../components/page.tsx'

export function Unknown(): ReactNode {
  const { pathname } = useLocation()
  return (
    <Page title="No such page">
      <EmptyState
        title={`Nothing is at ${pathname}`}
        text="The address may come from another version."
        action={
          <Link className="button primary" to="/">
            Go to Start
          </Link>
        }
      />
    </Page>
  )
}
