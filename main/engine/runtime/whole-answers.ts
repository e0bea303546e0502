/**
 * Answers made in one run each: for providers that are bound by launches, not by rows. Prompt and answer share a Loop, so the
 * key-value cache never leaves the device.
 */
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from './cancel.ts'
import { columns, readAhead } from './read-ahead.ts'
import type { GenerateSettings, Row } from './rows.ts'
import { commonRequest, newRow, padPrompts, recordTokens, recordWatched, resultOf } from './rows.ts'
import { tokenBudget } from './segments.ts'
import type { Stepper } from './stepper.ts'
import type { GenerateRequest, GenerateResult } from './types.ts'

/** Batch by batch until nobody waits. */
export async function* answersWithin(
  stepper: Stepper,
  waiting: { take: (count: number) => GenerateRequest[] },
  settings: GenerateSettings,
): AsyncGenerator<GenerateResult> {
  for (;;) {
    throwIfCancelled(settings.signal)
    const admitted = waiting.take(settings.batchSize)
    if (admitted.length === 0) return
    for (const group of groupWithin(admitted, tokenBudget[stepper.provider])) {
      const rows = await answer(stepper, group, settings)
      yield* rows.map((row) => resultOf(row, settings.now()))
      await setImmediate()
      throwIfCancelled(settings.signal)
    }
  }
}

/** Longest first, as many together as keep rows times longest prompt within the budget: their prompts are then read in one piece. */
export function groupWithin(
  requests: readonly GenerateRequest[],
  budgetTokens: number,
): readonly GenerateRequest[][] {
  const groups: GenerateRequest[][] = []
  for (const request of requests.toSorted((a, b) => b.promptIds.length - a.promptIds.length)) {
    const group = groups.at(-1)
    const longest = group?.[0].promptIds.length ?? Infinity
    if (group !== undefined && longest * (group.length + 1) <= budgetTokens) group.push(request)
    else groups.push([request])
  }
  return groups
}

async function answer(
  stepper: Stepper,
  group: readonly GenerateRequest[],
  settings: GenerateSettings,
): Promise<readonly Row[]> {
  const startedMs = settings.now()
  const rows = group.map((request) => newRow(request, settings, startedMs))
  const { ids, seq, pad } = padPrompts(group)
  const { cache, start, textTokens } = await readAhead(stepper, { ids, seq, pad }, settings.signal)
  const width = seq - start
  const result = await stepper.run({
    ...commonRequest(settings, rows, settings.maxNewTokens),
    keepsCache: false,
    ids: columns(ids, seq, { start, end: seq }),
    textTokens,
    cache,
    select: rows.map((_, row) => row * width + width - 1),
    steps: settings.maxNewTokens,
    finishedLimit: rows.length,
  })
  recordWatched(rows, result, settings)
  recordTokens(rows, result, settings)
  return rows
}
