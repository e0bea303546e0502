/** Comparing logits and greedy answers with stored references. Logits are compared on the exact precision. */
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import { continueGreedily } from './open-runner.ts'

/** The largest difference that float32 arithmetic in another order may leave. */
export const logitTolerance = 2e-3
/** Least share of positions whose most probable token is the reference's. */
export const requiredAgreement = 0.999
/** The reference itself is undecided where its two best logits are closer than this. */
const tieMargin = 1e-3

export function argMax(values: Float32Array): number {
  let best = 0
  for (let at = 1; at < values.length; at++) {
    if ((values[at] ?? NaN) > (values[best] ?? NaN)) best = at
  }
  return best
}

export function logSumExp(values: Float32Array): number {
  const largest = values[argMax(values)] ?? NaN
  let sum = 0
  for (const value of values) sum += Math.exp(value - largest)
  return largest + Math.log(sum)
}

/** Like Math.max, but something that is no number never looks small. */
export function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b)
}

export interface ReferenceAnswer {
  readonly id: string
  readonly promptIds: readonly number[]
  /** With the end token, if the reference made one. */
  readonly tokenIds: readonly number[]
  /** Distance of the two best logits at each step; empty where it was not stored. */
  readonly margins: readonly number[]
}

export interface AnswerReport {
  readonly figure: string
  readonly problems: readonly string[]
}

/** Continues every prompt as a batch; a first difference is a tie only where the reference's margin says so. */
export async function compareAnswers(
  runner: CausalRunner,
  answers: readonly ReferenceAnswer[],
  batchSize: number,
): Promise<AnswerReport> {
  const results = await continueGreedily(
    runner,
    answers.map(({ id, promptIds }) => ({ key: id, promptIds })),
    {
      maxNewTokens: Math.max(...answers.map(({ tokenIds }) => tokenIds.length)),
      batchSize,
      stopIds: [],
    },
  )
  const problems: string[] = []
  const ties: string[] = []
  for (const answer of answers) {
    const found = results.get(answer.id)?.tokenIds ?? []
    const step = answer.tokenIds.findIndex((id, at) => id !== found[at])
    if (step < 0) continue
    const margin = answer.margins[step]
    const text = describeDifference(answer, found, step)
    if (margin !== undefined && margin < tieMargin) ties.push(`tie, ${text}`)
    else problems.push(text)
  }
  const identical = answers.length - problems.length - ties.length
  const tokens = answers.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
  const figure = `greedy answers identical: ${identical} of ${answers.length} (${tokens} tokens, batch ${batchSize})`
  return { figure: [figure, ...ties].join('; '), problems }
}

function describeDifference(
  answer: ReferenceAnswer,
  found: readonly number[],
  step: number,
): string {
  const margin = answer.margins[step]?.toExponential(1) ?? 'not stored'
  const expected = answer.tokenIds[step] ?? 'none'
  return `${answer.id}: first difference at token ${step}, expected ${expected}, found ${found[step] ?? 'none'}, margin of the reference there ${margin}`
}
