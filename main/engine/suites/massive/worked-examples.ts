/** Worked examples for language models: training utterances, the same ones in every locale. */
import { createHash } from 'node:crypto'
import { ActbenchError } from '#contract/errors'
import type { MassiveRow } from './rows.ts'
import { readMassive } from './read.ts'

/**
 * `count` training rows of each locale: in the order of sha256("massive-examples:" + id) first one of each intent, then one more of each,
 * and so on. The choice rests on ids and intents, which all locales share, and more examples begin with the fewer. Throws
 * `not-found` where the data have no training partition or a locale lacks a chosen row.
 */
export async function workedExamples(
  path: string,
  { locales, count }: { readonly locales: readonly string[]; readonly count: number },
): Promise<Map<string, MassiveRow[]>> {
  if (count === 0 || locales.length === 0) return new Map(locales.map((locale) => [locale, []]))
  const rows = await readMassive(path, { locales, partition: 'train' })
  const byLocale = Map.groupBy(rows, ({ locale }) => locale)
  const ids = exampleIds(byLocale.get(locales[0]) ?? [], count)
  return new Map(locales.map((locale) => [locale, pick(byLocale.get(locale) ?? [], ids, locale)]))
}

/** Ids of the first `count` rows in the order described above. */
export function exampleIds(
  rows: readonly Pick<MassiveRow, 'id' | 'intent'>[],
  count: number,
): string[] {
  const keyed = rows.map((row) => ({ ...row, key: keyOf(row.id) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  const seen = new Map<string, number>()
  const rounds = keyed.map(({ id, intent }, at) => {
    const round = seen.get(intent) ?? 0
    seen.set(intent, round + 1)
    return { id, at, round }
  })
  rounds.sort((a, b) => a.round - b.round || a.at - b.at)
  return rounds.slice(0, count).map(({ id }) => id)
}

function keyOf(id: string): string {
  return createHash('sha256').update(`massive-examples:${id}`).digest('hex')
}

function pick(rows: readonly MassiveRow[], ids: readonly string[], locale: string): MassiveRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = byId.get(id)
    if (row !== undefined) return row
    throw new ActbenchError({
      code: 'not-found',
      message: `Worked examples: expected the training row ${id} of ${locale}, found none.`,
      remedy: 'Add the whole data set, or choose no examples.',
    })
  })
}
