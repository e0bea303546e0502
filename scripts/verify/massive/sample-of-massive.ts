/** A few test rows of every locale as a data set of their own, so that jobs need not read 842,571 rows each. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMassive } from '../../../main/engine/suites/massive/read.ts'
import type { MassiveRow } from '../../../main/engine/suites/massive/rows.ts'

/**
 * Writes `folder`/LOCALE.jsonl for each locale of the data: the same utterances as a plan with this limit takes of the whole. Returns
 * the locales.
 */
export async function writeSampleOfMassive(
  dataPath: string,
  { folder, utterances }: { readonly folder: string; readonly utterances: number },
): Promise<string[]> {
  const rows = await readMassive(dataPath, { partition: 'test' })
  const ids = [...new Set(rows.map(({ id }) => Number(id)))].sort((a, b) => a - b)
  const chosen = new Set(
    Array.from({ length: utterances }, (_, at) => ids[Math.floor((at * ids.length) / utterances)]),
  )
  const byLocale = Map.groupBy(
    rows.filter(({ id }) => chosen.has(Number(id))),
    ({ locale }) => locale,
  )
  await mkdir(folder, { recursive: true })
  for (const [locale, own] of byLocale) {
    await writeFile(join(folder, `${locale}.jsonl`), own.map(lineOf).join(''))
  }
  return [...byLocale.keys()].sort()
}

function lineOf({ id, locale, partition, scenario, intent, utt, annotUtt }: MassiveRow): string {
  const line = { id, locale, partition, scenario, intent, utt, annot_utt: annotUtt }
  return `${JSON.stringify(line)}\n`
}
