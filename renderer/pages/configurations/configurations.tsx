import { Blocks } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import type { StoredConfiguration } from '#contract/configurations'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { interventionText } from '../../components/params-text.ts'
import type { Column } from '../../components/table-model.ts'
import { formatDate } from '../../format/times.ts'
import { precisionWords, providerWords, shortId } from '../../format/words.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useSelection } from '../../hooks/use-selection.ts'

/** Every configuration; two selected ones are shown by what differs. */
export function Configurations(): ReactNode {
  const configurations = useCall(
    'configurations.list',
    {},
    { refreshOn: ['configurations-changed'] },
  )
  const { selected, toggle } = useSelection('selected')
  const navigate = useNavigate()
  const [first, second] = selected
  const add = (
    <Link className="button primary" to="/configurations/new">
      New configuration
    </Link>
  )
  return (
    <Page
      title="Configurations"
      fills
      summary="A model with its ordered interventions, precision, provider and decoding. Immutable: a change makes a new one."
      actions={
        <>
          {selected.length > 0 && (
            <Button
              onClick={() =>
                void navigate(`/new?configurations=${selected.map(encodeURIComponent).join(',')}`)
              }
            >
              Evaluate selected
            </Button>
          )}
          {first !== undefined && second !== undefined && (
            <Link className="button" to={`/configurations/${first}/versus/${second}`}>
              Show what differs
            </Link>
          )}
          {add}
        </>
      }
    >
      <Loaded state={configurations}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState
              icon={<Blocks size={34} aria-hidden />}
              title="No configurations yet"
              text="Start with a baseline: a model without interventions. Then make the ones to compare with it."
              action={add}
            />
          ) : (
            <DataTable
              label="Configurations"
              name="configurations"
              rows={data}
              columns={columns}
              rowKey={({ hash }) => hash}
              selected={selected}
              onToggle={({ hash }) => toggle(hash)}
              onOpen={({ hash }) => void navigate(`/configurations/${hash}`)}
              tools={<span className="soft small">x selects a row</span>}
            />
          )
        }
      </Loaded>
    </Page>
  )
}

function stackText({ configuration }: StoredConfiguration): string {
  if (configuration.interventions.length === 0) return 'none'
  return configuration.interventions.map(interventionText).join(' → ')
}

const columns: Column<StoredConfiguration>[] = [
  {
    id: 'name',
    title: 'Configuration',
    width: 220,
    grows: true,
    text: ({ name }) => name,
    cell: ({ name, isSaved }) => (
      <>
        <bdi dir="auto">{name}</bdi> {!isSaved && <span className="soft small">from a plan</span>}
      </>
    ),
  },
  {
    id: 'model',
    title: 'Model',
    width: 220,
    text: ({ configuration }) => configuration.modelId,
  },
  { id: 'interventions', title: 'Interventions', width: 260, grows: true, text: stackText },
  {
    id: 'adapter',
    title: 'Adapter',
    width: 130,
    text: ({ configuration }) =>
      configuration.adapterId === undefined ? 'none' : shortId(configuration.adapterId),
    startsHidden: true,
  },
  {
    id: 'precision',
    title: 'Precision',
    width: 90,
    text: ({ configuration }) => precisionWords[configuration.precision].title,
  },
  {
    id: 'provider',
    title: 'Provider',
    width: 92,
    text: ({ configuration }) => providerWords[configuration.provider],
  },
  {
    id: 'created',
    title: 'Made',
    width: 150,
    text: ({ createdAt }) => formatDate(createdAt),
    sortValue: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} />,
  },
]
