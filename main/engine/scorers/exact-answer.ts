/**
 * A number taken out of a free answer, compared with the right one: the two readings of lm-evaluation-harness 0.4.13's gsm8k task
 * (filters strict-match and flexible-extract, then exact_match without case, commas, dollar signs and a full stop at the end).
 */
import type { OfflineScorer } from './types.ts'

/** What lm-evaluation-harness puts in place of an answer in which nothing matches. */
const nothing = '[invalid]'

interface Reading {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly pattern: RegExp
  /** Which of the matches counts. */
  readonly take: 'first' | 'last'
}

const readings: readonly Reading[] = [
  {
    id: 'gsm8k-strict',
    title: 'behind ####',
    summary: 'The first number that stands behind "#### ".',
    pattern: /#### (-?[0-9.,]+)/g,
    take: 'first',
  },
  {
    id: 'gsm8k-flexible',
    title: 'last number',
    summary: 'The last number of the answer, wherever it stands.',
    pattern: /(-?[$0-9.,]{2,})|(-?[0-9]+)/g,
    take: 'last',
  },
]

export const exactAnswer: OfflineScorer = {
  kind: 'offline',
  record: {
    id: 'exact-answer',
    title: 'Exact answer',
    summary: 'Whether the number that the answer comes to is the right one.',
    version: 1,
    variants: readings.map(({ id, title, summary, pattern, take }) => ({
      id,
      title,
      summary,
      resource: { pattern: pattern.source, take },
    })),
    isOffline: true,
    metrics: ['exact_match'],
  },
  score: ({ variant, sample, response }) => {
    if (sample.answer === undefined) return []
    const reading = readings.find(({ id }) => id === variant)
    if (reading === undefined) return []
    const found = extract(response.text, reading)
    const isRight = normalize(found ?? nothing) === normalize(sample.answer)
    return [
      {
        scorer: 'exact-answer',
        variant,
        version: 1,
        name: 'exact_match',
        value: isRight ? 1 : 0,
        weight: 1,
        label: found === null ? 'no number' : isRight ? 'right' : 'wrong',
        evidence: `found ${found ?? 'none'}, right is ${sample.answer}`,
      },
    ]
  },
}

/** The matched group, or null. */
function extract(text: string, { pattern, take }: Reading): string | null {
  const matches = [...text.matchAll(pattern)]
  const match = take === 'first' ? matches.at(0) : matches.at(-1)
  if (match === undefined) return null
  return (
    match
      .slice(1)
      .find((group) => group !== undefined && group !== '')
      ?.trim() ?? null
  )
}

function normalize(answer: string): string {
  return answer
    .replaceAll(',', '')
    .replaceAll('$', '')
    .replace(/[\s\S]*#### /g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}
