/** From a checked plan to rows of jobs: evaluations first, then studies, then what judges the answers. */
import type { Plan } from '#contract/plans'
import type { NewJob } from '#db'
import type { CheckedPlan, PlanCell, PlanJudging, PlanStudy } from './plan-check.ts'
import type { PlanColumn } from './plan-columns.ts'

export interface JobsInput {
  readonly checked: Pick<CheckedPlan, 'cells' | 'studies' | 'judgings'>
  readonly plan: Pick<Plan, 'batchSize' | 'threads'>
  readonly runId: string
  /** Jobs that the run has already. */
  readonly before: number
  readonly createdAt: number
}

/** In queue order. Ids count on from those that the run has. */
export function newJobs(input: JobsInput): NewJob[] {
  const { checked } = input
  const idOf = new Map<PlanCell, string>()
  let count = input.before
  const nextId = (): string => `${input.runId}-${String(++count).padStart(2, '0')}`
  const evaluations = checked.cells.map((cell) => {
    const id = nextId()
    idOf.set(cell, id)
    return evaluationJob(input, { id, cell })
  })
  const studies = checked.studies.map((study) => studyJob(input, { id: nextId(), study }))
  const judgings = checked.judgings.map((judging) =>
    judgingJob(input, { id: nextId(), judging, sourceJobId: idOf.get(judging.cell) ?? '' }),
  )
  return [...evaluations, ...studies, ...judgings]
}

function shared({ plan, runId, createdAt }: JobsInput, { hash, name, model }: PlanColumn) {
  return {
    runId,
    configurationHash: hash,
    configurationName: name,
    modelId: model.id,
    modelFingerprint: model.fingerprint,
    batchSize: plan.batchSize,
    threads: plan.threads,
    createdAt,
  }
}

function evaluationJob(
  input: JobsInput,
  { id, cell }: { readonly id: string; readonly cell: PlanCell },
): NewJob {
  const { suite } = cell
  return {
    ...shared(input, cell),
    id,
    kind: 'evaluation',
    task: null,
    suiteId: suite.record.id,
    suiteVersion: suite.record.version,
    suiteOptions: suite.options,
    dataHash: suite.dataset.dataHash,
    scorers: suite.scorers,
  }
}

/** A study reads its prompts evenly spaced over the harmful suite; the task names the harmless one. */
function studyJob(
  input: JobsInput,
  { id, study }: { readonly id: string; readonly study: PlanStudy },
): NewJob {
  const { task, record, dataset } = study
  return {
    ...shared(input, study),
    id,
    kind: task.kind,
    task,
    suiteId: record.id,
    suiteVersion: record.version,
    suiteOptions: {
      id: record.id,
      limit: task.limit,
      shuffleSeed: null,
      spread: true,
      only: 'all',
      scorers: null,
    },
    dataHash: dataset.dataHash,
    scorers: [],
  }
}

/** The judge's own model runs; a server on this machine has none of ours, and the source's stands in. */
function judgingJob(
  input: JobsInput,
  {
    id,
    judging,
    sourceJobId,
  }: { readonly id: string; readonly judging: PlanJudging; readonly sourceJobId: string },
): NewJob {
  const { cell, judge } = judging
  const model = judge.model ?? cell.model
  return {
    ...evaluationJob(input, { id, cell }),
    kind: 'judging',
    task: { kind: 'judging', sourceJobId, use: judge.use },
    modelId: model.id,
    modelFingerprint: model.fingerprint,
    scorers: [],
  }
}
