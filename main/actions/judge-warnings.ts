/** What makes a judge model's figures doubtful, in words, where they stand. */
import type { Comparison } from '#contract/comparisons'
import type { Model } from '#contract/models'
import { models } from '#db'
import type { Services } from './services.ts'

/** JailbreakBench and StrongREJECT validated much larger judges; below this size a report warns. */
const smallJudgeParameters = 7e9

type Verdict = Comparison['verdict']

/** One warning for each small judge, and one for each judge of the same family as a model that it judges. */
export function judgeWarnings(
  { db }: Pick<Services, 'db'>,
  { rows, columns }: Pick<Comparison, 'rows' | 'columns'>,
): Verdict {
  const variants = new Set(
    rows.flatMap(({ scorer, variant }) => (scorer.startsWith('judge-') ? [variant] : [])),
  )
  const judges = [...variants].flatMap((variant) => models.find(db.read, variant) ?? [])
  const subjects = columns.flatMap(
    ({ configuration }) => models.find(db.read, configuration.modelId) ?? [],
  )
  return judges.flatMap((judge) => [...aboutSize(judge), ...aboutFamily(judge, subjects)])
}

function aboutSize({ name, parameters }: Model): Verdict {
  if (parameters >= smallJudgeParameters) return []
  return [
    {
      tone: 'warning',
      text: `The judge ${name} has ${sizeText(parameters)} parameters. Judges below 7 billion err often: label a sample by hand before its figures are relied on.`,
    },
  ]
}

function aboutFamily(judge: Model, subjects: readonly Model[]): Verdict {
  const isKin = subjects.some(({ architecture }) => architecture === judge.architecture)
  if (!isKin) return []
  return [
    {
      tone: 'warning',
      text: `The judge ${judge.name} is of the same family (${judge.architecture}) as a model that it judges: it may share that model’s blind spots.`,
    },
  ]
}

function sizeText(parameters: number): string {
  return parameters >= 1e9
    ? `${(parameters / 1e9).toFixed(1)} billion`
    : `${Math.max(1, Math.round(parameters / 1e6))} million`
}
