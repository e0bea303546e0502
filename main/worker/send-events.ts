/** Events of a job, one after the other: the next one is asked for when the last one is on its way. */

/**
 * An engine that ran on beside an unfinished message would hold it back with native calls that block the loop, and every later
 * event with it. Throws what the events throw.
 */
export async function sendEvents<T>(
  events: AsyncIterable<T>,
  send: (event: T) => Promise<void>,
): Promise<void> {
  for await (const event of events) await send(event)
}
