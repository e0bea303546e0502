/** How a transfer waits: what may be tried again, and when. */
import { ActbenchError } from '#contract/errors'
import type { FetchResponse } from './fetch.ts'

export interface RetryPolicy {
  /** Tries in a row that brought no byte before giving up. */
  readonly attempts: number
  /** Wait before the second try; doubled each time. */
  readonly firstDelayMs: number
  /** A server that asks for more than this by Retry-After is not waited for. */
  readonly longestDelayMs: number
  /** A connection that brings nothing for this long counts as cut. */
  readonly stallMs: number
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  firstDelayMs: 1000,
  longestDelayMs: 120_000,
  stallMs: 45_000,
}

/** Thrown inside the loop for what may pass: a cut connection, 5xx, 429. */
export class TransientFailure extends Error {
  readonly waitMs: number | null

  constructor(message: string, options: { waitMs?: number | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TransientFailure'
    this.waitMs = options.waitMs ?? null
  }
}

/**
 * Runs `attempt` until it returns. `attempt` reports progress by `note()`, which starts the count anew: a long file on
 * a bad line may be cut a hundred times as long as each try brings some bytes. Throws `network` at the end of patience.
 */
export async function withRetries<T>(options: {
  readonly what: string
  readonly policy: RetryPolicy
  readonly signal: AbortSignal
  readonly attempt: (note: () => void) => Promise<T>
}): Promise<T> {
  const { what, policy, signal, attempt } = options
  let fruitless = 0
  for (;;) {
    try {
      return await attempt(() => {
        fruitless = 0
      })
    } catch (thrown) {
      if (signal.aborted) throw cancelled(what)
      if (!(thrown instanceof TransientFailure)) throw thrown
      fruitless += 1
      const waitMs = thrown.waitMs ?? policy.firstDelayMs * 2 ** (fruitless - 1)
      if (fruitless >= policy.attempts || waitMs > policy.longestDelayMs) {
        throw givenUp({ what, failure: thrown, tries: fruitless, policy })
      }
      await waitFor(waitMs, signal, what)
    }
  }
}

function givenUp(options: {
  readonly what: string
  readonly failure: TransientFailure
  readonly tries: number
  readonly policy: RetryPolicy
}): ActbenchError {
  const { what, failure, tries, policy } = options
  const asked = failure.waitMs !== null && failure.waitMs > policy.longestDelayMs
  return new ActbenchError({
    code: 'network',
    message: asked
      ? `${what}: the server asks to wait ${Math.ceil((failure.waitMs ?? 0) / 1000)} s (${failure.message})`
      : `${what}: ${failure.message}, ${tries} tries in a row`,
    remedy: 'Start it again later: what has arrived is kept and the download goes on from there.',
    cause: failure,
  })
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); null when absent or unreadable. */
export function readRetryAfterMs(response: FetchResponse, now: number): number | null {
  const text = response.headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

export function cancelled(what: string): ActbenchError {
  return new ActbenchError({ code: 'cancelled', message: `${what}: cancelled` })
}

function waitFor(delayMs: number, signal: AbortSignal, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(cancelled(what))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, delayMs)
    signal.addEventListener('abort', stop, { once: true })
  })
}
