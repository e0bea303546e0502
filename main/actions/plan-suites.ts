/** A plan's suites: data, selection, scorers and judges, checked before anything is stored. */
import { canonicalJson } from '#contract/canonical'
import type { PlanSuite } from '#contract/plans'
import type { Sample, ScorerUse, SuiteDataset, SuiteRecord } from '#contract/suites'
import { checkJudge, type CheckedJudge } from './judge-check.ts'
import { attempt, describe } from './plan-problems.ts'
import type { Services } from './services.ts'
import { findSuiteRecord, type SuiteData } from './suite-data.ts'
import { requireDataset } from './suites.ts'

export interface CheckedSuite {
  readonly record: SuiteRecord
  readonly options: PlanSuite
  readonly scorers: readonly ScorerUse[]
  readonly judges: readonly CheckedJudge[]
  readonly dataset: SuiteDataset
  readonly sampleCount: number
  /** How many independent samples they are worth: those of one cluster resemble each other. */
  readonly independentSamples: number
}

interface SuiteCheck {
  readonly services: Services & { readonly suiteData: SuiteData }
  readonly options: PlanSuite
  readonly field: string
  readonly problems: string[]
}

/** Null, with the reason among the problems, when the suite cannot run. */
export async function checkSuite(check: SuiteCheck): Promise<CheckedSuite | null> {
  const { services, options, field, problems } = check
  try {
    const record = findSuiteRecord(services.catalog, options.id)
    const dataset = requireDataset(services, record.id)
    const unknown = problemOfOptions(record, options)
    if (unknown !== null) {
      problems.push(`${field} ${record.id}: ${unknown}`)
      return null
    }
    const selected = await services.suiteData.selected({ suiteId: record.id, dataset }, options)
    if (selected.length === 0) {
      problems.push(`${field} ${record.id}: the options leave no sample (only: ${options.only})`)
    }
    const scorers = options.scorers ?? record.scorers
    problems.push(...scorers.flatMap((use) => scorerProblems({ services, use, field })))
    const judges = checkJudges(check, selected)
    return {
      record,
      options:
        options.judges === undefined
          ? options
          : { ...options, judges: judges.map(({ use }) => use) },
      scorers,
      judges,
      dataset,
      sampleCount: selected.length,
      independentSamples: services.catalog.effectiveSamples(clusterSizes(selected)),
    }
  } catch (thrown) {
    problems.push(describe(field, thrown))
    return null
  }
}

/** As a comparison will see them: clusters count where every sample names one. */
function clusterSizes(samples: readonly Sample[]): number[] {
  const sizes = new Map<string, number>()
  for (const { cluster } of samples) {
    if (cluster === null) return samples.map(() => 1)
    sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  }
  return sizes.size < 2 ? samples.map(() => 1) : [...sizes.values()]
}

/** Options that only some suites know, and locales that the suite does not have; null where all is well. */
function problemOfOptions(record: SuiteRecord, options: PlanSuite): string | null {
  const { locales, partitions = [], examples } = record
  if (examples === undefined && options.examples !== undefined) {
    return 'examples: this suite has no worked examples to choose'
  }
  const { partition } = options
  if (partition !== undefined && !partitions.includes(partition)) {
    return partitions.length === 0
      ? 'partition: this suite has none'
      : `partition: no ${partition}; there is ${partitions.join(', ')}`
  }
  if (partition === 'train' && (options.examples ?? examples ?? 0) > 0) {
    return 'partition: worked examples are training utterances and would stand among their own questions; choose examples: 0, or dev or test'
  }
  if (locales === undefined)
    return options.locales === undefined ? null : 'locales: this suite has none'
  const chosen = options.locales ?? []
  const unknown = chosen.filter((locale) => !locales.includes(locale))
  if (unknown.length > 0) {
    return `locales: no ${unknown.join(', ')}; there is ${locales.join(', ')}`
  }
  const doubled = chosen.find((locale, at) => chosen.indexOf(locale) !== at)
  return doubled === undefined ? null : `locales: ${doubled} occurs twice`
}

function scorerProblems(options: {
  readonly services: Services
  readonly use: ScorerUse
  readonly field: string
}): string[] {
  const { services, use, field } = options
  const records = services.catalog.scorerRecords()
  const record = records.find(({ id }) => id === use.id)
  if (record === undefined) {
    return [
      `${field}.scorers: no scorer ${JSON.stringify(use.id)}; there is ${records.map(({ id }) => id).join(', ')}`,
    ]
  }
  const variants = record.variants.map(({ id }) => id)
  return variants.includes(use.variant)
    ? []
    : [
        `${field}.scorers: ${use.id} has no variant ${JSON.stringify(use.variant)}; there is ${variants.join(', ')}`,
      ]
}

/** A judge that has nothing to say about any sample is a slip of the plan, not an empty column. */
function checkJudges(
  { services, options, field, problems }: SuiteCheck,
  selected: readonly Sample[],
): CheckedJudge[] {
  const seen = new Set<string>()
  return (options.judges ?? []).flatMap((use, index) => {
    const place = `${field}.judges[${index}]`
    const judge = attempt({
      field: place,
      problems,
      work: () => checkJudge(services, use),
    })
    if (judge === null) return []
    // The same judge in two spellings says the same twice: it is asked once.
    const key = canonicalJson(judge.use)
    if (seen.has(key)) return []
    seen.add(key)
    const { appliesTo } = services.catalog.findRubric(use.rubric).record
    if (!selected.some(({ expectation }) => appliesTo.includes(expectation))) {
      problems.push(
        `${place}: ${use.rubric} judges answers to prompts to ${appliesTo.join(' or ')}, and ${options.id} has none`,
      )
    }
    return [judge]
  })
}
