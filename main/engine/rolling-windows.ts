/** A long text as rows that fit the model's context, each token predicted once (lm-evaluation-harness: get_rolling_token_windows). */
import type { ScoreRow } from './runtime/types.ts'

/**
 * Rows of at most `maxLength` read tokens (null: one row). The first begins with `prefix`, which stands before the text; a later one
 * begins with the tokens before its own, as many as make it full.
 */
export function rollingWindows(
  ids: readonly number[],
  { prefix, maxLength }: { prefix: number; maxLength: number | null },
): ScoreRow[] {
  const width = maxLength ?? ids.length
  const rows: ScoreRow[] = []
  for (let done = 0; done < ids.length;) {
    const end = Math.min(done + width, ids.length)
    const context = done === 0 ? [prefix] : ids.slice(contextStart({ done, end, width }), done)
    rows.push({ ids: [...context, ...ids.slice(done, end)], from: context.length })
    done = end
  }
  return rows
}

/** One token before a full window; a last one that is shorter is filled up with what stands before it. */
function contextStart({ done, end, width }: { done: number; end: number; width: number }): number {
  return Math.min(done - 1, end - width - 1)
}
