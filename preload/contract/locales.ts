/**
 * What the languages of the 52 locales of MASSIVE are called, written in and related to. Names of languages and scripts after
 * Unicode CLDR, families after Glottolog's usual names; Indo-European, which holds half of them, is told by its branches.
 */

export interface LocaleFacts {
  /** `xx-YY`: ISO 639-1 and ISO 3166. */
  readonly locale: string
  readonly language: string
  readonly script: string
  readonly family: string
  readonly direction: 'ltr' | 'rtl'
}

type Row = readonly [locale: string, language: string, script: string, family: string]

const germanic = 'Indo-European, Germanic'
const romance = 'Indo-European, Romance'
const slavic = 'Indo-European, Slavic'
const indoAryan = 'Indo-European, Indo-Aryan'

const rows: readonly Row[] = [
  ['af-ZA', 'Afrikaans', 'Latin', germanic],
  ['am-ET', 'Amharic', 'Ethiopic', 'Afro-Asiatic'],
  ['ar-SA', 'Arabic', 'Arabic', 'Afro-Asiatic'],
  ['az-AZ', 'Azerbaijani', 'Latin', 'Turkic'],
  ['bn-BD', 'Bengali', 'Bengali', indoAryan],
  ['ca-ES', 'Catalan', 'Latin', romance],
  ['cy-GB', 'Welsh', 'Latin', 'Indo-European, Celtic'],
  ['da-DK', 'Danish', 'Latin', germanic],
  ['de-DE', 'German', 'Latin', germanic],
  ['el-GR', 'Greek', 'Greek', 'Indo-European, Greek'],
  ['en-US', 'English', 'Latin', germanic],
  ['es-ES', 'Spanish', 'Latin', romance],
  ['fa-IR', 'Persian', 'Arabic', 'Indo-European, Iranian'],
  ['fi-FI', 'Finnish', 'Latin', 'Uralic'],
  ['fr-FR', 'French', 'Latin', romance],
  ['he-IL', 'Hebrew', 'Hebrew', 'Afro-Asiatic'],
  ['hi-IN', 'Hindi', 'Devanagari', indoAryan],
  ['hu-HU', 'Hungarian', 'Latin', 'Uralic'],
  ['hy-AM', 'Armenian', 'Armenian', 'Indo-European, Armenian'],
  ['id-ID', 'Indonesian', 'Latin', 'Austronesian'],
  ['is-IS', 'Icelandic', 'Latin', germanic],
  ['it-IT', 'Italian', 'Latin', romance],
  ['ja-JP', 'Japanese', 'Japanese', 'Japonic'],
  ['jv-ID', 'Javanese', 'Latin', 'Austronesian'],
  ['ka-GE', 'Georgian', 'Georgian', 'Kartvelian'],
  ['km-KH', 'Khmer', 'Khmer', 'Austroasiatic'],
  ['kn-IN', 'Kannada', 'Kannada', 'Dravidian'],
  ['ko-KR', 'Korean', 'Hangul', 'Koreanic'],
  ['lv-LV', 'Latvian', 'Latin', 'Indo-European, Baltic'],
  ['ml-IN', 'Malayalam', 'Malayalam', 'Dravidian'],
  ['mn-MN', 'Mongolian', 'Cyrillic', 'Mongolic'],
  ['ms-MY', 'Malay', 'Latin', 'Austronesian'],
  ['my-MM', 'Burmese', 'Myanmar', 'Sino-Tibetan'],
  ['nb-NO', 'Norwegian Bokmål', 'Latin', germanic],
  ['nl-NL', 'Dutch', 'Latin', germanic],
  ['pl-PL', 'Polish', 'Latin', slavic],
  ['pt-PT', 'Portuguese', 'Latin', romance],
  ['ro-RO', 'Romanian', 'Latin', romance],
  ['ru-RU', 'Russian', 'Cyrillic', slavic],
  ['sl-SL', 'Slovenian', 'Latin', slavic],
  ['sq-AL', 'Albanian', 'Latin', 'Indo-European, Albanian'],
  ['sv-SE', 'Swedish', 'Latin', germanic],
  ['sw-KE', 'Swahili', 'Latin', 'Atlantic-Congo'],
  ['ta-IN', 'Tamil', 'Tamil', 'Dravidian'],
  ['te-IN', 'Telugu', 'Telugu', 'Dravidian'],
  ['th-TH', 'Thai', 'Thai', 'Tai-Kadai'],
  ['tl-PH', 'Tagalog', 'Latin', 'Austronesian'],
  ['tr-TR', 'Turkish', 'Latin', 'Turkic'],
  ['ur-PK', 'Urdu', 'Arabic', indoAryan],
  ['vi-VN', 'Vietnamese', 'Latin', 'Austroasiatic'],
  ['zh-CN', 'Chinese (simplified)', 'Han, simplified', 'Sino-Tibetan'],
  ['zh-TW', 'Chinese (traditional)', 'Han, traditional', 'Sino-Tibetan'],
]

/** The only scripts among them that run from right to left. */
const rightToLeft: readonly string[] = ['Arabic', 'Hebrew']

export const localeFacts: readonly LocaleFacts[] = rows.map(
  ([locale, language, script, family]) => ({
    locale,
    language,
    script,
    family,
    direction: rightToLeft.includes(script) ? 'rtl' : 'ltr',
  }),
)

const byLocale = new Map(localeFacts.map((facts) => [facts.locale, facts]))

/** Facts of a locale, of a language without a country those of its first locale; of one that is not listed its own name. */
export function factsOfLocale(locale: string): LocaleFacts {
  const known =
    byLocale.get(locale) ?? localeFacts.find((facts) => facts.locale.startsWith(`${locale}-`))
  if (known !== undefined) return { ...known, locale }
  return { locale, language: locale, script: 'unknown', family: 'unknown', direction: 'ltr' }
}
