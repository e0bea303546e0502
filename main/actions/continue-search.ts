/**
 * Goes on with the search of a run when its jobs are over: the next strengths follow from what is stored, and their jobs
 * join the run. Nothing is remembered in between, so an app that went down, or two processes that share the store, end at
 * the same curve.
 */
import type { Comparison } from '#contract/comparisons'
import { ActbenchError, toAppError, type AppError } from '#contract/errors'
import type { Emit } from '#contract/events'
import type { RunDetail } from '#contract/jobs'
import type { Plan, PlanSearch } from '#contract/plans'
import { configurations, inTransaction, jobs, runs } from '#db'
import { checkPlan, type CheckedPlan, type PlanServices } from './plan-check.ts'
import { newJobs } from './plan-jobs.ts'
import { findSearchAxis, type SearchAxis } from './plan-search.ts'
import { isSettled, roundsOf, searchInput } from './search-input.ts'
import type { Services } from './services.ts'
import { createSuiteData } from './suite-data.ts'

/**
 * Queues the next round of the run's search and returns the number of its jobs: 0 when the run searches nothing, is not
 * over, was cancelled, or is at its end. Throws `invalid-input` when the next strengths cannot run any more.
 */
export async function continueSearch(
  given: Services,
  { id }: { readonly id: string },
): Promise<number> {
  const services = { ...given, suiteData: createSuiteData(given.catalog) }
  const run = runs.get(services.db.read, id)
  const round = await nextRound(services, run)
  if (round === null) return 0
  const checked = await checkPlan(services, planOfRound(run.plan, round))
  if (checked.problems.length > 0) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The search of run ${id} cannot go on. ${checked.problems.join('; ')}`,
      remedy: 'Correct these points and resume the run.',
    })
  }
  return append(services, { run, checked })
}

interface Round {
  readonly search: PlanSearch
  readonly axis: SearchAxis
  readonly strengths: readonly number[]
}

async function nextRound(services: PlanServices, run: RunDetail): Promise<Round | null> {
  const { search } = run.plan
  if (search === undefined || !run.jobs.every(isSettled)) return null
  // Whoever cancels a job of a search wants no more of it.
  if (run.jobs.some(({ status }) => status === 'cancelled')) return null
  if (roundsOf(run) >= search.rounds) return null
  const axis = findSearchAxis(services.catalog, { plan: run.plan, search })
  const input = searchInput(services, { runs: [run] })
  const found = axis === null || input === null ? null : await curveOf(services, run.id, search)
  if (axis === null || input === null || found === null) return null
  const strengths = services.catalog.nextStrengths(found, input.isWhole)
  return strengths.length === 0 ? null : { search, axis, strengths }
}

async function curveOf(
  { reader }: PlanServices,
  id: string,
  search: PlanSearch,
): Promise<Comparison['search']> {
  const comparison = await reader.read('comparisons.get', {
    runIds: [id],
    configurations: null,
    baseline: null,
    suites: [...new Set([search.suite, search.utilitySuite])],
  })
  return comparison.search
}

/** The baseline and the new strengths, on the suites that the search reads. */
function planOfRound(plan: Plan, { search, axis, strengths }: Round): Plan {
  const { search: _search, analyses: _analyses, ...rest } = plan
  const { configuration, use, param, written } = axis
  const swept = {
    ...configuration,
    interventions: configuration.interventions.map(({ id, params }, index) => ({
      id,
      params: index === use ? { ...params, [param]: [...strengths] } : params,
    })),
  }
  return {
    ...rest,
    configurations: written === 0 ? [swept] : [...plan.configurations.slice(0, 1), swept],
    suites: plan.suites.filter(({ id }) => id === search.suite || id === search.utilitySuite),
    skip: [],
  }
}

/** In one transaction with a last look at the run: another process may have been quicker. */
function append(
  services: PlanServices,
  { run, checked }: { readonly run: RunDetail; readonly checked: CheckedPlan },
): number {
  const { db, queue, emit, clock } = services
  const known = new Set(run.jobs.map(({ configurationHash }) => configurationHash))
  const cells = checked.cells.filter(({ hash }) => !known.has(hash))
  const judgings = checked.judgings.filter(({ cell }) => cells.includes(cell))
  const createdAt = Math.max(clock(), run.createdAt + 1)
  const added = inTransaction(db.write, () => {
    const before = runs.get(db.write, run.id).jobs.length
    if (before !== run.jobs.length) return 0
    for (const { name, configuration } of cells) {
      configurations.ensure(db.write, { name, configuration, now: createdAt })
    }
    const created = newJobs({
      checked: { cells, judgings, studies: [] },
      plan: run.plan,
      runId: run.id,
      before,
      createdAt,
    })
    jobs.create(db.write, created)
    return created.length
  })
  if (added > 0) {
    emit('runs-changed', {})
    queue.wake()
  }
  return added
}

export interface SearchFollower {
  /** Looks whether a job's end lets the search of its run go on. */
  readonly observe: Emit
  /** Goes on with searches whose last round ended while nobody was there. */
  readonly catchUp: () => Promise<void>
}

/** For a host that lives longer than one run. One search at a time; what fails is handed to `onFailure`. */
export function followSearches(
  services: () => Services | null,
  onFailure: (error: AppError) => void,
): SearchFollower {
  let last: Promise<void> = Promise.resolve()
  const goOn = (id: string): Promise<void> => {
    last = last.then(async () => {
      const open = services()
      if (open === null) return
      try {
        await continueSearch(open, { id })
      } catch (thrown) {
        onFailure(toAppError(thrown))
      }
    })
    return last
  }
  return {
    observe: (name, payload) => {
      if (name === 'job-changed' && isEnd(payload)) void goOn(payload.runId)
    },
    catchUp: async () => {
      const open = services()
      for (const id of open === null ? [] : runs.searching(open.db.read)) await goOn(id)
    },
  }
}

function isEnd(payload: unknown): payload is { readonly runId: string } {
  if (typeof payload !== 'object' || payload === null) return false
  if (!('runId' in payload) || !('status' in payload)) return false
  return payload.status === 'done' || payload.status === 'failed'
}
