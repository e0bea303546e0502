/** Rows of a batch answer as they do alone: same greedy text at every batch size, and whatever the padding on their left. */
import { join } from 'node:path'
import { embeddedSuites, readSuite } from '#engine/catalog'
import { openCheckpoint } from '../../main/engine/checkpoint/open.ts'
import type { CausalRunner } from '../../main/engine/runtime/runner.ts'
import type { GenerateResult } from '../../main/engine/runtime/types.ts'
import { encodeChat } from '../../main/engine/tokenizer/chat.ts'
import { openTokenizer } from '../../main/engine/tokenizer/open.ts'
import { firstOf, judged, type Check, type VerifyContext } from './check.ts'
import { worse } from './logits.ts'
import { continueGreedily, withRunner, type GreedyRequest } from './open-runner.ts'

const maxNewTokens = 40
const batchSizes = [1, 8, 32]
/** Log-probabilities of the same tokens may differ by float32 rounding in another order of sums. */
const logProbTolerance = 1e-3
/** Prompts whose padding is varied on purpose. */
const paddedPrompts = 8

export const batches: Check = {
  title: 'embedded model: a batch gives the greedy text of single runs, whatever the padding',
  async run(context) {
    const { requests, stopIds } = await readRequests(context)
    return withRunner(context, context.tinyModel, async (runner) => {
      const alone = await answer(runner, requests, { batchSize: 1, stopIds })
      const reports: Report[] = []
      for (const batchSize of batchSizes.slice(1)) {
        const together = await answer(runner, requests, { batchSize, stopIds })
        reports.push(compareRows(`batch ${batchSize}`, requests, { alone, together }))
      }
      for (const request of requests.slice(0, paddedPrompts)) {
        for (const padding of paddings(request.promptIds.length)) {
          const rows = [request, longer(request, padding)]
          const together = await answer(runner, rows, { batchSize: 2, stopIds })
          const name = `${request.key} with ${padding} tokens of padding`
          reports.push(compareRows(name, [request], { alone, together }))
        }
      }
      return judge(requests, reports)
    })
  },
}

async function readRequests(context: VerifyContext) {
  const tokenizer = openTokenizer(openCheckpoint(context.tinyModel))
  const requests: GreedyRequest[] = []
  for (const { suiteId, resource } of embeddedSuites()) {
    if (!suiteId.startsWith('starter-')) continue
    const path = join(context.projectRoot, 'resources', ...resource.split('/'))
    const { samples } = await readSuite({ suiteId, path })
    for (const { id, prompt } of samples) {
      const promptIds = encodeChat(tokenizer, [{ role: 'user', content: prompt }])
      requests.push({ key: id, promptIds })
    }
  }
  return { requests, stopIds: tokenizer.eosIds }
}

function answer(
  runner: CausalRunner,
  requests: readonly GreedyRequest[],
  options: { batchSize: number; stopIds: readonly number[] },
): Promise<Map<string, GenerateResult>> {
  return continueGreedily(runner, requests, { ...options, maxNewTokens })
}

/** One token, as many as still share a prefill with the prompt, and so many that only the decoding is shared. */
function paddings(length: number): number[] {
  return [1, Math.floor(length * 0.6), length * 2]
}

/** Another row that is longer by `padding` tokens, made of the prompt's own. */
function longer({ key, promptIds }: GreedyRequest, padding: number): GreedyRequest {
  const repeated = Array.from({ length: padding }, (_, at) => promptIds[at % promptIds.length] ?? 0)
  return { key: `${key}+${padding}`, promptIds: [...repeated, ...promptIds] }
}

interface Report {
  readonly rows: number
  readonly tokens: number
  readonly maxDifference: number
  readonly problems: readonly string[]
}

function compareRows(
  name: string,
  requests: readonly GreedyRequest[],
  results: { alone: Map<string, GenerateResult>; together: Map<string, GenerateResult> },
): Report {
  const problems: string[] = []
  let maxDifference = 0
  let tokens = 0
  for (const { key } of requests) {
    const one = results.alone.get(key)
    const other = results.together.get(key)
    if (one === undefined || other === undefined) {
      problems.push(`${name}: ${key} was not answered`)
      continue
    }
    const step = firstDifference(one.tokenIds, other.tokenIds)
    if (step !== null) problems.push(`${name}: ${key} differs from token ${step} on`)
    tokens += one.tokenIds.length
    for (const [at, value] of one.logProbs.entries()) {
      if (step !== null && at >= step) break
      maxDifference = worse(maxDifference, Math.abs(value - (other.logProbs[at] ?? NaN)))
    }
  }
  return { rows: requests.length, tokens, maxDifference, problems }
}

function firstDifference(a: readonly number[], b: readonly number[]): number | null {
  const length = Math.max(a.length, b.length)
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at
  return null
}

function judge(requests: readonly GreedyRequest[], reports: readonly Report[]) {
  const maxDifference = reports.reduce((most, report) => worse(most, report.maxDifference), 0)
  const problems = reports.flatMap((report) => report.problems)
  if (!(maxDifference < logProbTolerance)) {
    problems.push('log-probabilities differ by more than the tolerance')
  }
  if (requests.length < 32) problems.push(`expected 32 prompts or more, found ${requests.length}`)
  const lengths = requests.map(({ promptIds }) => promptIds.length)
  const figures = [
    `${requests.length} prompts of ${Math.min(...lengths)} to ${Math.max(...lengths)} tokens at batch ${batchSizes.join(', ')}; ${reports.length - batchSizes.length + 1} pairs with padding of up to ${2 * Math.max(...lengths.slice(0, paddedPrompts))} tokens`,
    `${reports.reduce((sum, { tokens }) => sum + tokens, 0)} tokens compared, ${reports.reduce((sum, report) => sum + report.problems.length, 0)} rows with other text; largest difference of a token's log-probability ${maxDifference.toExponential(2)} (below ${logProbTolerance} is asked)`,
  ]
  return judged(figures, firstOf(problems))
}
