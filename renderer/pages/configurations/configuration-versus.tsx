import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import type { StoredConfiguration } from '#contract/configurations'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Letter } from '../../components/letter.tsx'
import { Page } from '../../components/page.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { differingFacts, factsOfConfiguration } from './configuration-facts.ts'

/** Two configurations by what differs, and nothing else. */
export function ConfigurationVersus(): ReactNode {
  const { hash = '', other = '' } = useParams()
  const first = useCall('configurations.get', { hash })
  const second = useCall('configurations.get', { hash: other })
  const [a, b] = [first.data, second.data]
  const error = first.error ?? second.error
  return (
    <Page
      title="What differs"
      parents={[{ title: 'Configurations', to: '/configurations' }]}
      summary={a !== null && b !== null && `${a.name} and ${b.name}`}
    >
      {error !== null && <ErrorPanel error={error} />}
      {a !== null && b !== null && <DifferenceTable a={a} b={b} />}
    </Page>
  )
}

function DifferenceTable({ a, b }: { a: StoredConfiguration; b: StoredConfiguration }): ReactNode {
  const factsOfA = factsOfConfiguration(a.configuration)
  const differing = differingFacts(factsOfA, factsOfConfiguration(b.configuration))
  if (differing.length === 0) {
    return <EmptyState title="Nothing" text="The two recipes are the same." />
  }
  return (
    <section className="card table-scroll" tabIndex={0} aria-label="Differences">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">What</th>
            {[a, b].map((stored, index) => (
              <th key={index} scope="col">
                <span className="line">
                  <Letter letter={index === 0 ? 'A' : 'B'} />
                  <Link to={`/configurations/${stored.hash}`}>{stored.name}</Link>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differing.map((pair) => (
            <tr key={pair.label}>
              <th scope="row">{pair.label}</th>
              <td className="wrap-text">{pair.a ?? <span className="soft">absent</span>}</td>
              <td className="wrap-text">{pair.b ?? <span className="soft">absent</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
