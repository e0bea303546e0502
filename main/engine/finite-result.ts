/** Numbers that are none: what overflowed is an error of its sample, and no result that could be stored or sent. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { SampleResult } from '#contract/jobs'

/**
 * The result itself, or, where a log-probability or a score is not finite, the sample with an error in its place: a strong
 * change or half precision may overflow on one prompt, and the others have their answers still.
 */
export function finiteResult(result: SampleResult): SampleResult {
  const { sample, response, scores } = result
  const logProbs = response?.tokenLogProbs ?? []
  const choices = response?.choices?.map(({ logProb }) => logProb) ?? []
  const intents = [response?.understanding?.intentLogProb ?? 0]
  const values = scores.flatMap(({ value }) => value ?? [])
  if ([...logProbs, ...choices, ...intents, ...values].every(Number.isFinite)) return result
  const error = new ActbenchError({
    code: 'incompatible',
    message: `Sample ${sample.id}: expected finite probabilities from the model, found values that overflowed.`,
    remedy: 'Lower the strength, leave out the layers that overflow, or use exact precision.',
  })
  return { sample, response: null, scores: [], error: toAppError(error) }
}
