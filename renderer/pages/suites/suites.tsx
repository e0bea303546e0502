import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Suite } from '#contract/suites'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { plural } from '../../format/numbers.ts'
import { suiteKindWords } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'

export function Suites(): ReactNode {
  const suites = useCall('suites.list', {}, { refreshOn: ['suites-changed'] })
  return (
    <Page
      title="Suites"
      summary="Versioned sets of samples, how they are put to the model, and who judges the answers."
    >
      <Loaded state={suites}>
        {(data) => (
          <ul className="cards" aria-label="Suites">
            {data.map((suite) => (
              <li key={suite.id} style={{ display: 'grid' }}>
                <SuiteCard suite={suite} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  )
}

function SuiteCard({ suite }: { suite: Suite }): ReactNode {
  return (
    <Link className="card link" to={`/suites/${suite.id}`}>
      <h2>{suite.title}</h2>
      <p className="soft grow">{suite.summary}</p>
      <p className="line">
        <span className="badge">{suiteKindWords[suite.kind]}</span>
        <span className="badge clip" title={suite.licence}>
          {suite.licence}
        </span>
        {suite.dataset === null ? (
          <span className="badge warn">no data yet</span>
        ) : (
          <span className="badge good">{plural(suite.dataset.sampleCount, 'sample')}</span>
        )}
      </p>
    </Link>
  )
}
