/** Index of the next item without a label after `place`, round to the beginning; the one after it where all have one. */
export function nextUnlabelled(labels: readonly (string | null)[], place: number): number {
  const order = labels.map((_, step) => (place + 1 + step) % labels.length)
  const next = order.find((index) => labels[index] === null)
  return next ?? Math.min(labels.length - 1, Math.max(0, place + 1))
}
