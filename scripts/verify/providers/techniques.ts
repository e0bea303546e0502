/** Every intervention on a provider beside the CPU: what the embedded model answers, token for token. */
import { join } from 'node:path'
import { interventionRecords } from '#engine/catalog'
import type { Provider } from '../../../main/engine/runtime/types.ts'
import { judged, type CheckResult, type VerifyContext } from '../check.ts'
import { runSuite } from '../suite-job.ts'

const prompts = 12
/**
 * Sums in another order turn a value over where it is rounded or cut off, and answers part from there on; where a technique does
 * not work as on the CPU, hardly one is the same.
 */
const leastAlike = 0.7

export async function techniquesOn(
  context: VerifyContext,
  provider: Provider,
): Promise<CheckResult> {
  const figures: string[] = []
  const problems: string[] = []
  for (const { id } of interventionRecords()) {
    const expected = await answers(context, { id, provider: 'cpu' })
    const found = await answers(context, { id, provider })
    const alike = [...expected].filter(([key, text]) => found.get(key) === text).length
    figures.push(`${id}: ${alike} of ${expected.size} answers alike`)
    if (expected.size !== prompts || alike < leastAlike * prompts)
      problems.push(`${id} answers otherwise than on the CPU`)
  }
  return judged(figures, problems)
}

async function answers(
  context: VerifyContext,
  { id, provider }: { readonly id: string; readonly provider: Provider },
): Promise<Map<string, string>> {
  const results = await runSuite(context, {
    modelPath: context.tinyModel,
    suiteId: 'starter-harmful',
    dataPath: join(context.projectRoot, 'resources/suites/starter/harmful.csv'),
    limit: prompts,
    interventions: [{ id, params: {} }],
    provider,
  })
  return new Map(
    results.flatMap(({ sample, response }) =>
      response === null ? [] : [[sample.id, response.tokenIds.join()] as const],
    ),
  )
}
