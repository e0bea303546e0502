import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Comparison, ComparisonColumn } from '#contract/comparisons'
import { Letter } from '../../components/letter.tsx'
import { NothingToVerifyBadge, VerifiedBadge } from '../../components/passport-view.tsx'
import { interventionText } from '../../components/params-text.ts'
import { precisionWords, shortId } from '../../format/words.ts'
import { changesModel } from '../configurations/configuration-facts.ts'

/** What the letters stand for. */
export function Columns({ comparison }: { comparison: Comparison }): ReactNode {
  return (
    <section aria-label="Configurations compared" className="cards small-cards">
      {comparison.columns.map((column) => (
        <ColumnCard key={column.hash} column={column} />
      ))}
    </section>
  )
}

function ColumnCard({ column }: { column: ComparisonColumn }): ReactNode {
  const { configuration, environments } = column
  const places = [...new Set(environments.map(({ provider, device }) => `${provider} (${device})`))]
  return (
    <article className="card stack tight">
      <h2 className="line">
        <Letter letter={column.letter} />
        <Link to={`/configurations/${column.hash}`} className="grow clip" title={column.name}>
          <bdi dir="auto">{column.name}</bdi>
        </Link>
        {column.isBaseline && <span className="badge">baseline</span>}
      </h2>
      <p className="clip soft" title={column.modelName}>
        <bdi dir="auto">{column.modelName}</bdi>
        {configuration.adapterId !== undefined && ` with ${shortId(configuration.adapterId)}`}
      </p>
      <p>
        {configuration.interventions.length === 0
          ? 'No intervention'
          : configuration.interventions.map(interventionText).join(' → ')}
      </p>
      <p className="line small">
        <span className="badge">{precisionWords[configuration.precision].title}</span>
        {changesModel(configuration) ? (
          <VerifiedBadge passport={column.passport} />
        ) : (
          <NothingToVerifyBadge />
        )}
        <span className="soft">{places.join(', ')}</span>
      </p>
    </article>
  )
}
