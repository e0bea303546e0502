/** Where models of utterances go wrong, and where an intervention makes it worse: confused intents, types of slots, domains. */
import type { NluErrorTable } from '#contract/nlu-errors'
import type { AxisColumn } from '../axes.ts'
import { findMaps } from '../layer-maps.ts'
import type { Understood } from './collect.ts'
import { confusionTable } from './confusions.ts'
import { domainTables } from './domains.ts'
import { slotTable } from './slots.ts'

export { collectUnderstood, type Collector } from './collect.ts'

/**
 * A suite that asks for intents or for slots alone has the tables of these. Each table is one family of tests (Holm), but for the cells of
 * layer maps.
 */
export function nluErrorTables(input: {
  readonly understood: Understood
  readonly columns: readonly AxisColumn[]
  readonly baselineIndex: number
}): NluErrorTable[] {
  const { columns, baselineIndex } = input
  const mapped = new Set(
    findMaps(columns).flatMap(({ cells }) => cells.map(({ column }) => column)),
  )
  const study = { understood: withoutUnasked(input.understood), baselineIndex, mapped }
  return [confusionTable(study), slotTable(study), ...domainTables(study)].filter(
    (table) => table !== null,
  )
}

/** Where only slots were asked for, all intents are empty; a model that once wrote none at all has given a wrong one. */
function withoutUnasked({ utterances, columns }: Understood): Understood {
  const wereAsked = columns.some(({ intents }) =>
    [...intents.values()].some((intent) => intent !== ''),
  )
  if (wereAsked) return { utterances, columns }
  return { utterances, columns: columns.map((column) => ({ ...column, intents: new Map() })) }
}
