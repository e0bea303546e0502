/** Rows of MASSIVE as samples: utterance by utterance, each in all locales before the next. */
import type { Sample } from '#contract/suites'
import type { StreamedSuite } from '../types.ts'
import { defaultLocales, massiveLocales, massiveSlots, outsideLabel } from './inventory.ts'
import { streamMassive } from './read.ts'
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
      return toMassiveSamples(streamMassive(path, { locales, partition }), locales)
    }
    const choice = { locales: usual, partition, mayLack: true }
    const samples = await toMassiveSamples(streamMassive(path, choice), usual)
    return samples.length > 0
      ? samples
      : toMassiveSamples(streamMassive(path, { partition }), [...massiveLocales])
  }
}

/** Of MASSIVE itself, ten locales where a plan names none. */
export const streamMassiveSamples = massiveSamples(defaultLocales)

/**
 * Samples of the rows, sorted by id and then as `locales` are, so that a job cut short has every locale alike. Throws
 * `malformed-file` where words and labels do not match or a slot is unknown.
 */
async function toMassiveSamples(
  rows: AsyncIterable<MassiveRow>,
  locales: readonly string[],
): Promise<Sample[]> {
  const places = new Map(locales.map((locale, at) => [locale, at]))
  const place = ({ category }: Sample): number => places.get(category ?? '') ?? locales.length
  const shared = sharedTexts()
  const samples: Sample[] = []
  for await (const row of rows) samples.push(toSample(row, publishedMode, shared))
  samples.sort((a, b) => Number(a.cluster) - Number(b.cluster) || place(a) - place(b))
  samples.forEach((sample, index) => {
    sample.index = index
  })
  return samples
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
  // The strings of the list itself: 154,648 utterances would hold a million copies.
  const known = labels.map((label) => knownLabels.get(label))
  if (known.every((label) => label !== undefined)) return { words, labels: known }
  const unknown = labels.filter((label) => !knownLabels.has(label))
  throw malformedRow(
    row.place,
    `annot_utt: expected one of the 55 slots, found ${unknown.join(', ')}`,
  )
}

const knownLabels = new Map([...massiveSlots, outsideLabel].map((label) => [label, label]))

/** Words of one locale are fewer; those of all would take more room than they save. */
const mostShared = 1 << 15

/** The same string for texts that are equal: 154,648 utterances have a million words, but few different ones. */
function sharedTexts(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size === mostShared) known.clear()
    known.set(text, text)
    return text
  }
}

/** Its place is not known yet. */
function toSample(
  row: MassiveRow,
  mode: TokenisationMode,
  shared: (text: string) => string,
): Sample {
  const { utt } = row
  const [id, locale, scenario, intent] = [row.id, row.locale, row.scenario, row.intent].map(shared)
  const { words, labels } = labelledWords(row, mode)
  return {
    id: `${locale}/${id}`,
    index: 0,
    prompt: utt,
    expectation: 'none',
    category: locale,
    cluster: id,
    metadata: { scenario },
    utterance: { locale, words: words.map(shared), labels, intent },
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
