/** Rows of MASSIVE as samples: utterance by utterance, each in all locales before the next. */
import type { Sample } from '#contract/suites'
import type { StreamedSuite } from '../types.ts'
import { defaultLocales, massiveSlots, outsideLabel } from './inventory.ts'
import { collect, readMassive, streamMassive } from './read.ts'
import { malformedRow, type MassiveRow } from './rows.ts'
import { tokenise, type LabelledWords, type TokenisationMode } from './tokenise.ts'

/** All published scores have it; a suite with another mode would be another version. */
export const publishedMode: TokenisationMode = 'compat'

/**
 * How a suite reads its samples: those of the chosen locales and partition. Where no locales are chosen, those of `usual` that
 * the data have, or all that they have if there are none of them. Throws `not-found` and `malformed-file`.
 */
export function massiveSamples(usual: readonly string[]): StreamedSuite['streamSamples'] {
  return async (path, options) => {
    const partition = options.partition ?? 'test'
    const { locales } = options
    if (locales !== undefined) {
      return toMassiveSamples(await readMassive(path, { locales, partition }), locales)
    }
    const rows = await collect(streamMassive(path, { locales: usual, partition }))
    const found = rows.length > 0 ? rows : await readMassive(path, { partition })
    const present = new Set(found.map(({ locale }) => locale))
    return toMassiveSamples(found, rows.length > 0 ? usual : [...present].sort())
  }
}

/** Of MASSIVE itself, ten locales where a plan names none. */
export const streamMassiveSamples = massiveSamples(defaultLocales)

/**
 * Samples of the rows in `locales`, sorted by id and then as `locales` are, so that a job cut short has every locale alike.
 * Throws `malformed-file` where words and labels do not match or a slot is unknown.
 */
export function toMassiveSamples(
  rows: readonly MassiveRow[],
  locales: readonly string[],
  mode: TokenisationMode = publishedMode,
): Sample[] {
  const places = new Map(locales.map((locale, at) => [locale, at]))
  const place = ({ locale }: MassiveRow): number => places.get(locale) ?? 0
  return rows
    .filter(({ locale }) => places.has(locale))
    .sort((a, b) => Number(a.id) - Number(b.id) || place(a) - place(b))
    .map((row, index) => toSample(row, index, mode))
}

/** Words and labels of a row. Throws `malformed-file` where their numbers differ or a slot is unknown. */
export function labelledWords(row: MassiveRow, mode: TokenisationMode): LabelledWords {
  const { words, labels } = tokenise(row, mode)
  if (words.length !== labels.length) {
    throw malformedRow(
      row.place,
      `annot_utt: expected the ${words.length} words of utt, found ${labels.length}`,
    )
  }
  const unknown = labels.find((label) => !knownLabels.has(label))
  if (unknown !== undefined) {
    throw malformedRow(row.place, `annot_utt: expected one of the 55 slots, found ${unknown}`)
  }
  return { words, labels }
}

const knownLabels = new Set([...massiveSlots, outsideLabel])

function toSample(row: MassiveRow, index: number, mode: TokenisationMode): Sample {
  const { id, locale, scenario, intent, utt } = row
  return {
    id: `${locale}/${id}`,
    index,
    prompt: utt,
    expectation: 'none',
    category: locale,
    cluster: id,
    metadata: { scenario },
    utterance: { locale, ...labelledWords(row, mode), intent },
  }
}

/** Reads all rows of all partitions strictly; the number of those in the test partition. Throws `malformed-file`. */
export async function countMassiveSamples(path: string): Promise<number> {
  let count = 0
  for await (const row of streamMassive(path)) {
    labelledWords(row, publishedMode)
    if (row.partition === 'test') count += 1
  }
  return count
}
