/** The job before which a waiting job goes when it moves one place; null: to the end; undefined: it cannot move. */
export function moveTarget(
  waiting: readonly string[],
  id: string,
  by: -1 | 1,
): string | null | undefined {
  const from = waiting.indexOf(id)
  const to = from + by
  if (from === -1 || to < 0 || to >= waiting.length) return undefined
  return (by === -1 ? waiting[to] : waiting[to + 1]) ?? null
}
