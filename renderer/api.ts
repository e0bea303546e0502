/** The only file that reads the bridge. A failed Result becomes a thrown ActbenchError, whole. */
import type { CallInput, CallName, CallOutput } from '#contract/calls'
import { fromAppError, type Result } from '#contract/errors'
import type { EventName, EventPayload } from '#contract/events'

interface Bridge {
  call(channel: string, input: unknown): Promise<Result<unknown>>
  on(event: string, listener: (payload: unknown) => void): () => void
  pathForFile(file: File): string
}

declare global {
  interface Window {
    readonly actbench: Bridge
  }
}

/** Asks main. Throws the ActbenchError that main answered with. */
export async function call<N extends CallName>(
  channel: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const result = await window.actbench.call(channel, input)
  if (!result.ok) throw fromAppError(result.error)
  if (import.meta.env.DEV) await checkOutput(channel, result.value)
  return result.value as CallOutput<N>
}

/** Main is the authority; in development a wrong answer should fail here and not three components later. */
async function checkOutput(channel: CallName, value: unknown): Promise<void> {
  const { calls } = await import('#contract/calls')
  calls[channel].output.parse(value)
}

/** Hears an event until the returned function is called. */
export function on<N extends EventName>(
  event: N,
  listener: (payload: EventPayload<N>) => void,
): () => void {
  return window.actbench.on(event, (payload) => listener(payload as EventPayload<N>))
}

/** Path of a file that the person dropped on the window; empty when the system gives none. */
export function pathForFile(file: File): string {
  return window.actbench.pathForFile(file)
}
