/**
 * The draft outlives the page for as long as the window is open: who leaves to make one more configuration finds
 * the plan as it was.
 */
import { z } from 'zod'
import { canonicalJson } from '#contract/canonical'
import type { StoredConfiguration } from '#contract/configurations'
import { planConfigurationSchema, planSchema, planSuiteSchema, type Plan } from '#contract/plans'
import type { Suite } from '#contract/suites'
import { addConfiguration, emptyPlan, newSuite } from './plan-draft.ts'

const key = 'plan-draft'
/** A draft may still be empty, which a plan may not. */
const draftSchema = planSchema.extend({
  configurations: z.array(planConfigurationSchema),
  suites: z.array(planSuiteSchema),
})

/** The draft that was left; an empty one when there is none or when it cannot be read any more. */
export function readDraft(text = sessionStorage.getItem(key)): Plan {
  if (text === null) return emptyPlan
  try {
    return draftSchema.parse(JSON.parse(text))
  } catch {
    return emptyPlan
  }
}

export function keepDraft(plan: Plan): void {
  sessionStorage.setItem(key, JSON.stringify(plan))
}

export function forgetDraft(): void {
  sessionStorage.removeItem(key)
}

/** Adds what an address names; what the draft has already is not added again. */
export function withNamed(
  draft: Plan,
  configurations: readonly StoredConfiguration[],
  suites: readonly Pick<Suite, 'id' | 'usualLimit'>[],
): Plan {
  const withRows = configurations
    .filter(({ configuration }) => !draft.configurations.some((row) => isSame(row, configuration)))
    .reduce(addConfiguration, draft)
  const missing = suites.filter(({ id }) => !draft.suites.some((suite) => suite.id === id))
  return { ...withRows, suites: [...withRows.suites, ...missing.map(newSuite)] }
}

function isSame(
  { name: _, ...row }: Plan['configurations'][number],
  configuration: StoredConfiguration['configuration'],
): boolean {
  return canonicalJson(row) === canonicalJson(configuration)
}
