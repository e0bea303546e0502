/** The embedded NLU model on a provider beside the CPU: the same intents and labels. */
import { join } from 'node:path'
import type { SampleResult } from '#contract/jobs'
import type { Provider } from '../../../main/engine/runtime/types.ts'
import { firstOf, judged, type CheckResult, type VerifyContext } from '../check.ts'
import { nluModelPath } from '../massive/nlu-golden.ts'
import { runSuite } from '../suite-job.ts'

/** Of ln p of the intent, which is stored with six digits. */
const toleranceNats = 1e-4

/** All starter sentences of MASSIVE's schema: every script that the model knows. */
export async function embeddedNluOn(
  context: VerifyContext,
  provider: Provider,
): Promise<CheckResult> {
  const [expected, found] = [await label(context, 'cpu'), await label(context, provider)]
  const problems =
    expected.size === found.size ? [] : [`${found.size} of ${expected.size} labelled`]
  const others: string[] = []
  let largest = 0
  for (const [id, understood] of expected) {
    const other = found.get(id)
    if (other?.intent !== understood.intent || other.labels.join() !== understood.labels.join())
      others.push(`${id} is labelled otherwise`)
    const nats = Math.abs((other?.intentLogProb ?? NaN) - understood.intentLogProb)
    largest = Number.isNaN(nats) ? Infinity : Math.max(largest, nats)
  }
  if (!(largest < toleranceNats)) problems.push(`ln p of intents differs by ${largest}`)
  return judged(
    [
      `${expected.size} utterances: ${others.length} labelled otherwise than on the CPU, ln p of the intent within ${largest.toExponential(1)} nats`,
    ],
    [...problems, ...firstOf(others)],
  )
}

async function label(context: VerifyContext, provider: Provider) {
  const results = await runSuite(context, {
    modelPath: nluModelPath(context.projectRoot),
    suiteId: 'massive-starter',
    dataPath: join(context.projectRoot, 'resources/suites/starter/massive.jsonl'),
    limit: null,
    provider,
  })
  return new Map(results.map((result) => [result.sample.id, understoodOf(result)]))
}

function understoodOf({ sample, response }: SampleResult) {
  const understood = response?.understanding
  if (understood === undefined) throw new Error(`${sample.id} was not labelled`)
  const { intent, labels, intentLogProb } = understood
  return { intent, labels, intentLogProb: intentLogProb ?? NaN }
}
