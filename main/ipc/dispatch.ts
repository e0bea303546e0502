/** One call from outside: is there such a channel, is the input right, what does the action say. Knows no Electron. */
import { z } from 'zod'
import { calls, type Actions, type CallName, type Dialogs } from '#contract/calls'
import { ActbenchError, toAppError, type Result } from '#contract/errors'
import type { PathGrants } from './path-grants.ts'

export type Handlers = Actions & Dialogs

/** What arrives from outside: nothing about it is known yet. */
export interface CallRequest {
  readonly channel: unknown
  readonly input: unknown
}

/**
 * Validates and performs one call. Never throws: whatever goes wrong is in the result.
 *
 * @param channel a name of the table in #contract/calls; anything else is refused
 * @param input anything; only what the channel's schema accepts reaches the action
 * @param grants paths that the page may name; what the answer grants is added
 */
export async function dispatch(
  handlers: Handlers,
  { channel, input }: CallRequest,
  grants: PathGrants,
): Promise<Result<unknown>> {
  try {
    if (!isCallName(channel)) {
      throw new ActbenchError({
        code: 'not-found',
        message: `There is no call named ${JSON.stringify(channel) ?? 'undefined'}.`,
      })
    }
    const parsed = calls[channel].input.safeParse(input)
    if (!parsed.success) {
      throw new ActbenchError({
        code: 'invalid-input',
        message: `${channel}: ${z.prettifyError(parsed.error)}`,
      })
    }
    grants.check(channel, parsed.data)
    const value = await handlerOf(handlers, channel)(parsed.data)
    grants.learn(channel, value)
    return { ok: true, value }
  } catch (thrown) {
    return { ok: false, error: toAppError(thrown) }
  }
}

function isCallName(channel: unknown): channel is CallName {
  return typeof channel === 'string' && Object.hasOwn(calls, channel)
}

/**
 * The table ties each handler's input to its channel; for a channel that is only known while running the compiler
 * cannot see that tie, so it is cut here, after validation and nowhere else.
 */
function handlerOf(handlers: Handlers, channel: CallName): (input: unknown) => Promise<unknown> {
  return handlers[channel] as (input: unknown) => Promise<unknown>
}
