import { ActbenchError } from '#contract/errors'

/** Throws `cancelled` once the signal is aborted; called between runs, which cannot be interrupted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new ActbenchError({ code: 'cancelled', message: 'Cancelled.' })
  }
}
