import { useEffect, useEffectEvent } from 'react'
import type { EventName, EventPayload } from '#contract/events'
import { on } from '../api.ts'

/** Calls `listener` for each event of that name while the component is mounted; always the newest closure. */
export function useEvent<N extends EventName>(
  event: N,
  listener: (payload: EventPayload<N>) => void,
): void {
  const newest = useEffectEvent(listener)
  useEffect(() => on(event, (payload) => newest(payload)), [event])
}
