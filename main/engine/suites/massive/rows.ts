/** One line of MASSIVE: an utterance with its intent and its slots. */
import { z } from 'zod'
import type { ActbenchError } from '#contract/errors'
import { malformed } from '../csv-table.ts'
import { massiveIntents, massiveScenarios } from './inventory.ts'

export type MassivePartition = 'train' | 'dev' | 'test'

export interface MassiveRow {
  /** Decimal; the same request has it in every locale. */
  readonly id: string
  readonly locale: string
  readonly partition: MassivePartition
  readonly scenario: string
  readonly intent: string
  readonly utt: string
  /** With slots as `[name : words]`. */
  readonly annotUtt: string
  /** File and line, for messages. */
  readonly place: RowPlace
}

export interface RowPlace {
  readonly name: string
  /** Counted from 1. */
  readonly line: number
}

/** Further fields, `worker_id`, `slot_method` and `judgments` among them, may be there or not: no figure depends on them. */
const lineSchema = z.object({
  id: z.string().regex(/^\d+$/u, { error: 'expected digits' }),
  locale: z.string().regex(/^[a-z]{2,3}-[A-Z]{2}$/u, { error: 'expected the form en-US' }),
  partition: z.enum(['train', 'dev', 'test'], {
    error: 'expected train, dev or test (the held-out set MMNLU-22 has no labels to score by)',
  }),
  scenario: z.enum(massiveScenarios as [string, ...string[]], {
    error: 'expected one of the 18 domains',
  }),
  intent: z.enum(massiveIntents as [string, ...string[]], {
    error: 'expected one of the 60 intents',
  }),
  utt: z.string().regex(/\S/u, { error: 'expected text' }),
  annot_utt: z.string().regex(/\S/u, { error: 'expected text' }),
})

/** Throws `malformed-file` naming file, line and field. */
export function parseRow(text: string, place: RowPlace): MassiveRow {
  const parsed = lineSchema.safeParse(parseJson(text, place))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw malformedRow(place, `${issue.path.join('.') || 'row'}: ${issue.message}`)
  }
  const { annot_utt, ...row } = parsed.data
  return { ...row, annotUtt: annot_utt, place }
}

function parseJson(text: string, place: RowPlace): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformedRow(place, 'expected a JSON object, found something else')
  }
}

export function malformedRow(place: RowPlace, problem: string): ActbenchError {
  return malformed(place, `line ${place.line}: ${problem}`)
}
