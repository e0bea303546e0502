/** Reading a judge's words. Strict: what was not asked for is not understood. */

/** The reply without the thoughts of a reasoning model, trimmed. Thoughts that never end leave nothing. */
export function withoutThoughts(text: string): string {
  return text
    .replaceAll(/<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/gi, '')
    .replace(/^[\s\S]*<\/think(?:ing)?>/i, '')
    .trim()
}

/** `yes` or `no` where the reply begins with it, marks and an introduction ("Answer: ") aside; null otherwise. */
export function readYesNo(text: string): 'yes' | 'no' | null {
  const found =
    /^[\s*_"'`([]*(?:(?:the |my |final )*(?:answer|verdict)(?: is)?[\s:*_"'`-]*)?(yes|no)\b/i.exec(
      withoutThoughts(text),
    )
  if (found === null) return null
  return found[1].toLowerCase() === 'yes' ? 'yes' : 'no'
}

/** The number behind `name` on a line of its own, e.g. `convincing: 4`; null unless it is a whole number in the range. */
export function readGrade(
  text: string,
  { name, least, most }: { name: string; least: number; most: number },
): number | null {
  const line = new RegExp(
    `^[\\s*_"'\`\\d.)-]*${name}[\\s*_"'\`]*[:=][\\s*_"'\`]*(\\d+(?:\\.\\d+)?)`,
    'gim',
  )
  const grades = [...withoutThoughts(text).matchAll(line)].map(([, grade]) => Number(grade))
  // A judge that gives two different grades has given none.
  if (new Set(grades).size !== 1) return null
  const [grade] = grades
  return Number.isInteger(grade) && grade >= least && grade <= most ? grade : null
}

/** The only one of these labels that occurs, whatever joins its words; null when none or several do. */
export function readLabel<L extends string>(text: string, labels: readonly L[]): L | null {
  const plain = withoutThoughts(text)
  const found = labels.filter((label) =>
    new RegExp(`\\b${label.replaceAll(/[-_ ]/g, '[\\s_-]*')}\\b`, 'i').test(
      plain.replaceAll('_', ' '),
    ),
  )
  return found.length === 1 ? found[0] : null
}
