/** A plan's suites: data, selection, scorers and judges, checked before anything is stored. */
import type { Model } from '#contract/models'
import type { PlanSuite } from '#contract/plans'
import type { JudgeUse, ScorerUse, SuiteDataset, SuiteRecord } from '#contract/suites'
import { findModel } from './models.ts'
import { attempt, describe } from './plan-problems.ts'
import type { Services } from './services.ts'
import { findSuiteRecord, type SuiteData } from './suite-data.ts'
import { requireDataset } from './suites.ts'

/** A judge as a job needs it: the full id of its model; null for a server, which has none of ours. */
export interface CheckedJudge {
  readonly use: JudgeUse
  readonly model: Model | null
}

export interface CheckedSuite {
  readonly record: SuiteRecord
  readonly options: PlanSuite
  readonly scorers: readonly ScorerUse[]
  readonly judges: readonly CheckedJudge[]
  readonly dataset: SuiteDataset
  readonly sampleCount: number
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
    const selected = await services.suiteData.selected(dataset, options)
    if (selected.length === 0) {
      problems.push(`${field} ${record.id}: the options leave no sample (only: ${options.only})`)
    }
    const scorers = options.scorers ?? record.scorers
    problems.push(...scorers.flatMap((use) => scorerProblems({ services, use, field })))
    const judges = checkJudges(check)
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
    }
  } catch (thrown) {
    problems.push(describe(field, thrown))
    return null
  }
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

function checkJudges({ services, options, field, problems }: SuiteCheck): CheckedJudge[] {
  return (options.judges ?? []).flatMap((use, index) => {
    const judge = attempt({
      field: `${field}.judges[${index}]`,
      problems,
      work: () => completeJudge(services, use),
    })
    return judge === null ? [] : [judge]
  })
}

function completeJudge({ db }: Services, use: JudgeUse): CheckedJudge {
  if (use.by.kind === 'endpoint') return { use, model: null }
  const model = findModel(db, use.by.modelId)
  return { use: { ...use, by: { kind: 'model', modelId: model.id } }, model }
}
