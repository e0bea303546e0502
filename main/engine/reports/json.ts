/** The comparison and its samples as one JSON document; never a bare NaN, never the whole run in one string. */
import type { ReportOptions, ReportSample, ReportWriter } from './types.ts'

/** Raised on any change of the document's shape that a reader could trip over. */
export const jsonSchemaVersion = 1

export function jsonWriter({
  comparison,
  includeAnswers,
  agreements = [],
  nluErrors = [],
}: ReportOptions): ReportWriter {
  const about = {
    schema: 'actbench-comparison',
    schemaVersion: jsonSchemaVersion,
    includesAnswers: includeAnswers,
    comparison,
    agreements,
    nluErrors,
  }
  // The object is left open for the samples, which are written one by one.
  const opening = JSON.stringify(about, null, 1).replace(/\n}$/, '')
  return {
    head: () => `${opening},\n "samples": [`,
    sample: (sample, position) =>
      `${position === 0 ? '\n' : ',\n'}${JSON.stringify(includeAnswers ? sample : withoutTexts(sample))}`,
    foot: () => '\n ]\n}\n',
  }
}

function withoutTexts({ prompt: _prompt, answers, ...rest }: ReportSample): unknown {
  return {
    ...rest,
    answers: answers.map((answer) => {
      if (answer === null) return null
      const { answer: _answer, ...others } = answer
      // Evidence may quote the answer or the prompt.
      return { ...others, scores: others.scores.map(({ evidence: _evidence, ...score }) => score) }
    }),
  }
}
