/** Samples, folded: harmful prompts and answers stay closed until asked for, and are text, never markup. */
import type { Comparison } from '#contract/comparisons'
import { suiteOf } from '../csv.ts'
import { escapeHtml } from '../escape.ts'
import type { ReportSample } from '../types.ts'
import { letterLabel, nameLabel } from './marks.ts'

/** One sample: labels in sight, prompt and answers folded, or left out altogether. */
export function sampleDetails(input: {
  readonly comparison: Comparison
  readonly sample: ReportSample
  readonly includeAnswers: boolean
}): string {
  const { comparison, sample, includeAnswers } = input
  const place = [suiteOf(comparison, sample), sample.category ?? ''].filter((part) => part !== '')
  const labels = sample.answers.map((answer, index) =>
    answer === null
      ? ''
      : `${letterLabel(comparison.columns[index].letter)}${escapeHtml(shortLabel(answer))}`,
  )
  const heading = `<b>${escapeHtml(sample.sampleId)}</b> <span class="soft">${escapeHtml(place.join(', '))}</span> ${sample.isFlip ? '<span class="flip">changed</span> ' : ''}${labels.join(' ')}`
  const answers = sample.answers.map((answer, index) => {
    if (answer === null) return ''
    const scores = answer.scores.map(
      ({ scorer, variant, label, evidence }) =>
        `${scorer} (${variant}): ${label}${includeAnswers && evidence !== null ? `, ${evidence}` : ''}`,
    )
    const told = answer.errorMessage === null ? scores.join('; ') : `failed: ${answer.errorMessage}`
    const text =
      includeAnswers && answer.answer !== null
        ? `<pre dir="auto">${escapeHtml(answer.answer)}</pre>`
        : ''
    return `<p>${nameLabel(comparison.columns[index])} <span class="n">${escapeHtml(told)}</span></p>${text}`
  })
  const prompt = includeAnswers
    ? `<p class="soft">Prompt</p><pre dir="auto">${escapeHtml(sample.prompt)}</pre>`
    : ''
  return `<details><summary>${heading}</summary><div>${prompt}${answers.join('')}</div></details>\n`
}

/** The first judge's label: what the table of the compare page shows too. */
function shortLabel(answer: NonNullable<ReportSample['answers'][number]>): string {
  if (answer.errorMessage !== null) return 'failed'
  return answer.scores[0]?.label ?? 'not judged'
}
