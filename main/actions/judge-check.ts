/** A judge as a person or a plan names it, checked before anything is queued. */
import { ActbenchError } from '#contract/errors'
import type { Model } from '#contract/models'
import type { JudgeUse } from '#contract/suites'
import { findModel } from './models.ts'
import type { Services } from './services.ts'

/** The use with the full id of its model, or the address as it is asked. */
export interface CheckedJudge {
  readonly use: JudgeUse
  /** Null for a server on this machine, which has none of ours. */
  readonly model: Model | null
}

/**
 * Throws `not-found` (rubric, model), `invalid-input` (an address that is not of this machine, a server without a model's
 * name) and `unsupported` (a rubric that the judge cannot be read by, a base model).
 */
export function checkJudge(
  { db, catalog }: Pick<Services, 'db' | 'catalog'>,
  { rubric, by }: JudgeUse,
): CheckedJudge {
  const { record } = catalog.findRubric(rubric)
  if (by.kind === 'model') {
    const model = findModel(db, by.modelId)
    requireChat(model)
    return { use: { rubric, by: { kind: 'model', modelId: model.id } }, model }
  }
  const url = catalog.requireLoopback(by.url).href.replace(/\/$/, '')
  if (by.model.trim() === '') {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Judge at ${url}: expected the name of a model, found none`,
      remedy: 'Write the name by which the server knows it.',
    })
  }
  if (record.reads === 'probabilities') {
    throw new ActbenchError({
      code: 'unsupported',
      message: `${record.title} (${record.id}) reads probabilities, which a server does not give`,
      remedy: 'Use a registered model as the judge, or the rubric harmbench.',
    })
  }
  return { use: { rubric, by: { ...by, url } }, model: null }
}

function requireChat({ name, hasChatTemplate }: Model): void {
  if (hasChatTemplate) return
  throw new ActbenchError({
    code: 'unsupported',
    message: `Judge ${name}: expected an instruction-tuned model, found one without a chat template`,
    remedy: 'Choose another model as the judge.',
  })
}
