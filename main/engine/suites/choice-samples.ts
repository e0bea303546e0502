/** Multiple choice by likelihood, as lm-evaluation-harness puts it: what the sample and the request are. */
import type { Sample, SuiteRecord } from '#contract/suites'
import type { JsonRow } from './json-lines.ts'
import type { ChoicesRequest } from './types.ts'

/** Between the context and a choice (lm-evaluation-harness: target_delimiter). */
const delimiter = ' '

export interface ChoiceReading {
  readonly id: string
  readonly prompt: string
  readonly choices: readonly string[]
  /** Place of the right one. */
  readonly gold: number
  readonly category: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** Samples in the order of `rows`. Throws `malformed-file` for a right answer that is not there, an empty choice, or a doubled id. */
export function choiceSamples<T>(
  rows: readonly JsonRow<T>[],
  read: (row: JsonRow<T>) => ChoiceReading,
): Sample[] {
  const lineOfId = new Map<string, number>()
  return rows.map((row, index) => {
    const { id, prompt, choices, gold, category, metadata } = read(row)
    const earlier = lineOfId.get(id)
    if (earlier !== undefined) row.fail(`the same question as in line ${earlier}`)
    lineOfId.set(id, row.line)
    if (choices.length < 2) row.fail(`expected two choices or more, found ${choices.length}`)
    if (!(gold >= 0 && gold < choices.length)) {
      row.fail(`expected the right answer among ${choices.length} choices, found place ${gold}`)
    }
    if (choices.some((choice) => choice.trim() === '')) row.fail('a choice is empty')
    return {
      id,
      index,
      prompt,
      expectation: 'none',
      category,
      cluster: null,
      metadata: { ...metadata },
      choices: [...choices],
      gold,
    }
  })
}

/** The prompt, with what stands before it, is the context; a choice follows it behind a space. */
export function choicesRequest(sample: Sample): ChoicesRequest {
  return {
    kind: 'choices',
    context: (sample.preamble ?? '') + sample.prompt,
    continuations: (sample.choices ?? []).map((choice) => delimiter + choice),
  }
}

/** The words that every such suite says of how it is put. */
export const howChoicesArePut =
  'The log-likelihood of each choice, behind one space, is summed over its tokens; nothing is generated. acc takes the choice with the highest sum, acc_norm the highest sum per character, acc_bytes per UTF-8 byte. Prompts, tokens and accounting are those of lm-evaluation-harness 0.4.13; like there, no chat template and no system prompt is used, also for chat models.'

export const choiceKind = 'multiple-choice' satisfies SuiteRecord['kind']
