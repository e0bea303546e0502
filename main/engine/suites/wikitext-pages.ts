/** The raw test text of WikiText-2 (Merity et al. 2016): its pages, and their text as lm-evaluation-harness writes it. */
import type { SuiteRecord } from '#contract/suites'
import { malformed } from './csv-table.ts'
import type { DataFile } from './types.ts'

export const wikitextFacts = {
  licence: 'CC BY-SA 3.0',
  source: 'https://huggingface.co/datasets/Salesforce/wikitext',
  paper: {
    authors: 'Merity, Xiong, Bradbury, Socher',
    year: 2016,
    title: 'Pointer Sentinel Mixture Models',
    link: 'https://arxiv.org/abs/1609.07843',
  },
  // The official archive is a zip; a person unpacks it.
  obtain: null,
  format: 'wiki.test.raw of WikiText-2 (raw edition), UTF-8, may be gzip',
} as const satisfies Partial<SuiteRecord>

/** The text, if it is the raw edition. Throws `malformed-file`. */
export function requireRawEdition(file: DataFile): string {
  const { text } = file
  if (text.includes('<unk>')) {
    throw malformed(
      file,
      'expected the raw edition, found the tokenised one (it has <unk> in place of rare words)',
    )
  }
  if (!text.split('\n').some(isTitle)) {
    throw malformed(file, 'expected page titles such as " = Title = ", found none')
  }
  return text
}

export interface WikitextPage {
  readonly title: string
  /** As it stands in the file, with blanks around punctuation. */
  readonly text: string
}

/** Pages in order; what stands before a title belongs to the page before it. */
export function pagesOf(text: string): WikitextPage[] {
  const pages: WikitextPage[] = []
  let lines: string[] = []
  const close = (): void => {
    const page = lines.join('\n')
    const title = lines.find(isTitle) ?? ''
    if (page.trim() !== '')
      pages.push({ title: title.replace(/^ *= | = *$/g, '').trim(), text: page })
    lines = []
  }
  for (const line of text.split('\n')) {
    if (isTitle(line)) close()
    lines.push(line)
  }
  close()
  return pages
}

/** A heading of the first level; lower ones have more equals signs, which blanks part. */
function isTitle(line: string): boolean {
  const joined = line.replaceAll('= = =', '===').replaceAll('= =', '==').trim()
  return joined.startsWith('= ') && joined.endsWith(' =')
}

/** Undoes the blanks of the corpus, rule by rule as lm-evaluation-harness does, odd ones included. */
export function detokenize(page: string): string {
  return (
    page
      .replaceAll("s '", "s'")
      .replace(/\/' [0-9]\//g, "/'[0-9]/")
      .replaceAll(' @-@ ', '-')
      .replaceAll(' @,@ ', ',')
      .replaceAll(' @.@ ', '.')
      .replaceAll(' : ', ': ')
      .replaceAll(' ; ', '; ')
      .replaceAll(' . ', '. ')
      .replaceAll(' ! ', '! ')
      .replaceAll(' ? ', '? ')
      .replaceAll(' , ', ', ')
      .replace(/\(\s*([^)]*?)\s*\)/g, '($1)')
      .replace(/\[\s*([^\]]*?)\s*\]/g, '[$1]')
      .replace(/\{\s*([^}]*?)\s*\}/g, '{$1}')
      .replace(/"\s*([^"]*?)\s*"/g, '"$1"')
      .replace(/'\s*([^']*?)\s*'/g, "'$1'")
      .replaceAll('= = = =', '====')
      .replaceAll('= = =', '===')
      .replaceAll('= =', '==')
      .replaceAll(' \u00b0 ', '\u00b0')
      .replaceAll(' \n', '\n')
      .replaceAll('\n ', '\n')
      // Not our rule: a lone N is read as a number that was taken out.
      .replaceAll(' N ', ' 1 ')
      .replaceAll(" 's", "'s")
  )
}
