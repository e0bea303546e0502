import { useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Plan } from '#contract/plans'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorPanel } from '../../components/error-panel.tsx'
import { Page } from '../../components/page.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { readKeys } from '../../hooks/use-selection.ts'
import { Adders } from './adders.tsx'
import { readDraft, withNamed } from './kept-draft.ts'
import { Matrix } from './matrix.tsx'
import { PastePlan } from './paste-plan.tsx'
import { emptyPlan } from './plan-draft.ts'
import { PlanFoot } from './plan-foot.tsx'
import { Studies } from './studies.tsx'

/** Configurations down the side, suites across the top, a cell for each job. */
export function NewEvaluation(): ReactNode {
  const [params] = useSearchParams()
  const configurations = useCall(
    'configurations.list',
    {},
    { refreshOn: ['configurations-changed'] },
  )
  const suites = useCall('suites.list', {}, { refreshOn: ['suites-changed'] })
  const catalogue = useCall('catalog.interventions', {})
  const rubrics = useCall('catalog.rubrics', {})
  const scorers = useCall('catalog.scorers', {})
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  const [draft, setDraft] = useState<Plan | null>(null)
  const [isPasting, setIsPasting] = useState(false)
  const error = configurations.error ?? suites.error ?? catalogue.error

  if (configurations.data === null || suites.data === null || catalogue.data === null) {
    return <Page title="New evaluation">{error !== null && <ErrorPanel error={error} />}</Page>
  }
  const plan =
    draft ??
    withNamed(
      readDraft(),
      readKeys(params.get('configurations')).flatMap(
        (hash) => configurations.data?.filter((stored) => stored.hash === hash) ?? [],
      ),
      readKeys(params.get('suites')).flatMap(
        (wanted) => suites.data?.filter(({ id }) => id === wanted) ?? [],
      ),
    )
  return (
    <Page
      title="New evaluation"
      summary="Configurations times suites. The first configuration is the baseline that the others are compared with."
      actions={
        <>
          <Button
            disabled={plan.configurations.length + plan.suites.length === 0}
            onClick={() => setDraft(emptyPlan)}
          >
            Clear
          </Button>
          <Button onClick={() => setIsPasting(true)}>Paste a plan</Button>
        </>
      }
    >
      <div className="line">
        <label className="line">
          <b>Name</b>
          <input
            className="input"
            style={{ width: 260 }}
            value={plan.name}
            onChange={(event) => setDraft({ ...plan, name: event.target.value })}
          />
        </label>
        <Adders
          plan={plan}
          configurations={configurations.data}
          suites={suites.data}
          onChange={setDraft}
        />
      </div>
      {plan.configurations.length + plan.suites.length === 0 ? (
        <EmptyState
          title="An empty plan"
          text={
            configurations.data.length === 0
              ? 'Make a configuration first: a model, with or without interventions.'
              : 'Add configurations and suites above; each pair becomes a job.'
          }
          action={
            configurations.data.length === 0 && (
              <Link className="button primary" to="/configurations/new">
                New configuration
              </Link>
            )
          }
        />
      ) : (
        <>
          <Matrix
            plan={plan}
            suites={suites.data}
            catalogue={catalogue.data}
            rubrics={rubrics.data ?? []}
            models={models.data ?? []}
            onChange={setDraft}
          />
          <Studies
            plan={plan}
            suites={suites.data}
            catalogue={catalogue.data}
            scorers={scorers.data ?? []}
            onChange={setDraft}
          />
        </>
      )}
      <PlanFoot plan={plan} suites={suites.data} onChange={setDraft} />
      <PastePlan
        isOpen={isPasting}
        onClose={() => setIsPasting(false)}
        onPlan={(parsed) => {
          setDraft(parsed)
          setIsPasting(false)
        }}
      />
    </Page>
  )
}
