/** Bringing predicted labels to the length of the right ones, as the reference implementation of MASSIVE does (eval_preds). */
import { mergedPosition } from './bio.ts'

/**
 * The first labels of a prediction that is too long; one that is too short is filled with `pad`. Where the right label is -100, so
 * is the predicted one: only the first sub-word of a word counts.
 */
export function alignLabels(
  gold: readonly string[],
  predicted: readonly string[],
  pad = 'Other',
): string[] {
  return gold.map((label, at) => (label === mergedPosition ? label : (predicted[at] ?? pad)))
}
