/** Utterances through an encoder with heads, in batches of similar length. */
import { setImmediate } from 'node:timers/promises'
import { ActbenchError } from '#contract/errors'
import { throwIfCancelled } from './cancel.ts'
import type { Session } from './session.ts'
import { int64 } from './stepper.ts'
import type { LabelResult, LabelRow, Provider, ScoreOptions, TensorLike } from './types.ts'

export interface LabelSettings extends ScoreOptions {
  readonly provider: Provider
  readonly vocab: number
  readonly contextLength: number
  readonly extras: ReadonlyMap<string, TensorLike>
}

/** Tokens of one run at most, padding included: a processor is filled by few, a GPU wants more. */
const tokensTogether = { cpu: 512, cuda: 16_384, webgpu: 4096 } as const

interface Entry extends LabelRow {
  readonly index: number
}

/** See EncoderRunner.label. `session` runs the graph with chosen words; its outputs are intent and slot logits. */
export async function* label(
  session: Session,
  rows: readonly LabelRow[],
  settings: LabelSettings,
): AsyncGenerator<LabelResult> {
  const entries = rows.map((row, index) => checkRow({ ...row, index }, settings))
  const ordered = entries.toSorted((a, b) => b.ids.length - a.ids.length)
  let at = 0
  while (at < ordered.length) {
    throwIfCancelled(settings.signal)
    const fitting = Math.floor(tokensTogether[settings.provider] / ordered[at].ids.length)
    const count = Math.max(1, Math.min(settings.batchSize, fitting))
    yield* await labelBatch(session, ordered.slice(at, at + count), settings.extras)
    at += count
    await setImmediate()
  }
}

function checkRow(entry: Entry, { vocab, contextLength }: LabelSettings): Entry {
  const { ids, wordStarts, index } = entry
  if (ids.length === 0 || ids.length > contextLength) {
    throw invalid(index, `1 to ${contextLength} tokens`, `${ids.length}`)
  }
  const stray = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocab)
  if (stray !== undefined) throw invalid(index, `token ids below ${vocab}`, `${stray}`)
  const beyond = wordStarts.find((start) => start !== null && (start < 0 || start >= ids.length))
  if (beyond === undefined) return entry
  throw invalid(index, `words that begin before token ${ids.length}`, String(beyond))
}

async function labelBatch(
  session: Session,
  batch: readonly Entry[],
  extras: ReadonlyMap<string, TensorLike>,
): Promise<readonly LabelResult[]> {
  const width = batch[0].ids.length
  const ids = batch.flatMap((entry) => [
    ...entry.ids,
    ...Array.from({ length: width - entry.ids.length }, () => 0),
  ])
  const words = batch.flatMap(({ wordStarts }, row) =>
    wordStarts.flatMap((start) => (start === null ? [] : [row * width + start])),
  )
  const feeds = new Map<string, TensorLike>([
    ['input_ids', int64(ids, [batch.length, width])],
    [
      'pad',
      int64(
        batch.map((entry) => width - entry.ids.length),
        [batch.length],
      ),
    ],
    // A batch without any word still needs a row to read.
    ['words', int64(words.length === 0 ? [0] : words, [Math.max(1, words.length)])],
    ...extras,
  ])
  const [intentName, slotName] = session.outputNames
  const outputs = await session.run(feeds, [intentName, slotName])
  const intents = matrixOf(outputs.get(intentName))
  const slots = matrixOf(outputs.get(slotName))
  let word = 0
  return batch.map(({ index, wordStarts }, row) => {
    const intentLogits = intents.row(row).slice()
    let isFinite = intentLogits.every(Number.isFinite)
    const best = Int32Array.from(wordStarts, (start) => {
      if (start === null) return -1
      const logits = slots.row(word++)
      isFinite &&= logits.every(Number.isFinite)
      return largest(logits)
    })
    return { index, intentLogits, slots: best, isFinite }
  })
}

/** Rows of the last axis. */
function matrixOf(tensor: TensorLike | undefined): { row: (at: number) => Float32Array } {
  if (tensor?.dtype !== 'float32') {
    const found = tensor?.dtype ?? 'nothing'
    throw new ActbenchError({
      code: 'internal',
      message: `Logits: expected float32, found ${found}.`,
    })
  }
  const width = tensor.shape.at(-1) ?? 1
  return { row: (at) => tensor.data.subarray(at * width, (at + 1) * width) }
}

/** The first of the largest ones. */
export function largest(values: Float32Array): number {
  let best = 0
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at
  return best
}

function invalid(index: number, expected: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Row ${index}: expected ${expected}, found ${found}.`,
  })
}
