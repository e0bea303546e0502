/** Rows of samples with their texts, as the contract has them. */
import { z } from 'zod'
import { responseSchema, sampleSchema } from '#contract/suites'
import type { Expectation, Response, Sample } from '#contract/suites'
import { readJson, readNullableJson, unpackIntegers, unpackLogProbs } from '../rows.ts'

const taskSchema = sampleSchema.pick({ choices: true, gold: true, answer: true, utterance: true })
const choicesSchema = responseSchema.shape.choices.unwrap()
const understandingSchema = responseSchema.shape.understanding.unwrap()

/** What a list shows of a sample. */
export interface ListRow {
  readonly row_id: number
  readonly sample_id: string
  readonly idx: number
  readonly category: string | null
  readonly expectation: Expectation
  readonly finish_reason: Response['finishReason'] | null
  readonly new_tokens: number
  readonly latency_ms: number | null
  readonly error: string | null
  readonly prompt: string
  readonly answer: string | null
}

export interface FullRow extends ListRow {
  readonly cluster: string | null
  readonly prompt_tokens: number
  readonly rendered_prompt: string | null
  readonly token_ids: Uint8Array | null
  readonly token_log_probs: Uint8Array | null
  readonly metadata: string
  readonly task: string | null
  readonly choices: string | null
  readonly understanding: string | null
}

/** Of `samples` joined with `sample_texts`. */
export const fullColumns = `samples.row_id, sample_id, idx, category, cluster, expectation, finish_reason,
  prompt_tokens, new_tokens, latency_ms, samples.error, prompt, answer, rendered_prompt, token_ids,
  token_log_probs, metadata, sample_texts.task, choices, understanding`

export function toSample(row: FullRow): Sample {
  return {
    id: row.sample_id,
    index: row.idx,
    prompt: row.prompt,
    expectation: row.expectation,
    category: row.category,
    cluster: row.cluster,
    metadata: readJson(z.record(z.string(), z.string()), row.metadata, 'sample_texts.metadata'),
    ...readNullableJson(taskSchema, row.task, 'sample_texts.task'),
  }
}

/** Null when the sample could not be run. */
export function toResponse(row: FullRow): Response | null {
  if (row.answer === null || row.finish_reason === null) return null
  const choices = readNullableJson(choicesSchema, row.choices, 'sample_texts.choices')
  const understanding = readNullableJson(
    understandingSchema,
    row.understanding,
    'sample_texts.understanding',
  )
  return {
    text: row.answer,
    renderedPrompt: row.rendered_prompt ?? row.prompt,
    promptTokens: row.prompt_tokens,
    tokenIds: row.token_ids === null ? [] : unpackIntegers(row.token_ids),
    tokenLogProbs: row.token_log_probs === null ? [] : unpackLogProbs(row.token_log_probs),
    finishReason: row.finish_reason,
    latencyMs: row.latency_ms ?? 0,
    ...(choices === null ? {} : { choices }),
    ...(understanding === null ? {} : { understanding }),
  }
}
