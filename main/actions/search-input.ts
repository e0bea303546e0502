/** How far the search of a run is: read from its plan and its jobs, so that nothing has to be remembered beside them. */
import type { Job, RunDetail } from '#contract/jobs'
import type { Catalog } from './catalog-door.ts'
import type { ComparisonLayout } from './comparison-layout.ts'
import { findSearchAxis, type SearchAxis } from './plan-search.ts'
import type { Services } from './services.ts'

type SearchInput = NonNullable<Parameters<Catalog['compare']>[0]['search']>

/** Of the first run that searches; null when none does. */
export function searchInput(
  { catalog }: Pick<Services, 'catalog'>,
  { runs }: Pick<ComparisonLayout, 'runs'>,
): SearchInput | null {
  for (const run of runs) {
    const { search } = run.plan
    if (search === undefined) continue
    const axis = findSearchAxis(catalog, { plan: run.plan, search })
    if (axis === null) continue
    return {
      plan: search,
      param: axis.param,
      isWhole: isWhole(catalog, axis),
      roundsDone: roundsOf(run),
      isSettled: run.jobs.every(isSettled),
    }
  }
  return null
}

/** Each round adds its jobs at one time; those of the plan itself came with the run. */
export function roundsOf({ jobs, createdAt }: RunDetail): number {
  const added = jobs.filter((job) => job.kind === 'evaluation' && job.createdAt > createdAt)
  return new Set(added.map((job) => job.createdAt)).size
}

/** Nothing happens to it without somebody's doing. */
export function isSettled({ status }: Job): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled'
}

function isWhole(catalog: Catalog, { configuration, use, param }: SearchAxis): boolean {
  const id = configuration.interventions[use]?.id
  const record = catalog.interventionRecords().find((one) => one.id === id)
  return record !== undefined && (catalog.paramFacts(record, param)?.isWhole ?? false)
}
