/**
 * Places of things in one line that are at least `distance` apart, in the order of where they belong, and with the smallest sum of
 * squared moves: neighbours that would touch form a block around the mean of where its members belong.
 */
export function spreadApart(places: readonly number[], distance: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => at(places, a) - at(places, b))
  const blocks: { members: readonly number[]; start: number }[] = []
  for (const index of order) {
    let block = { members: [index], start: at(places, index) }
    for (;;) {
      const last = blocks.at(-1)
      if (last === undefined || last.start + last.members.length * distance <= block.start) break
      blocks.pop()
      const members = [...last.members, ...block.members]
      const wanted = members.map((member, rank) => at(places, member) - rank * distance)
      block = { members, start: wanted.reduce((sum, place) => sum + place, 0) / members.length }
    }
    blocks.push(block)
  }
  const spread = [...places]
  for (const { members, start } of blocks) {
    for (const [rank, member] of members.entries()) spread[member] = start + rank * distance
  }
  return spread
}

function at(places: readonly number[], index: number): number {
  return places[index] ?? 0
}
