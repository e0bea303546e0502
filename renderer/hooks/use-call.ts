import { useEffect, useEffectEvent, useState } from 'react'
import type { CallInput, CallName, CallOutput } from '#contract/calls'
import { toAppError, type AppError } from '#contract/errors'
import type { EventName } from '#contract/events'
import { call, on } from '../api.ts'

export interface CallState<T> {
  /** The newest answer. It stays while a newer one is under way, so that rows are dimmed and never vanish. */
  readonly data: T | null
  readonly error: AppError | null
  readonly isPending: boolean
}

export type CallEvent<T> =
  | { kind: 'asked'; keepsData: boolean }
  | { kind: 'answered'; data: T }
  | { kind: 'failed'; error: AppError }

export const idleCall: CallState<never> = { data: null, error: null, isPending: false }

/** What a call's state becomes; the last good answer survives a failed refresh. */
export function nextCallState<T>(state: CallState<T>, event: CallEvent<T>): CallState<T> {
  switch (event.kind) {
    case 'asked':
      return { data: event.keepsData ? state.data : null, error: null, isPending: true }
    case 'answered':
      return { data: event.data, error: null, isPending: false }
    case 'failed':
      return { data: state.data, error: event.error, isPending: false }
  }
}

/**
 * When to ask again: not while a question is under way, since questions that take longer than the time between two events would
 * pile up; once it is answered, if anything was heard meanwhile.
 */
export function createRefresher(ask: () => void): Refresher {
  let isUnderWay = false
  let isStale = false
  return {
    heard: () => {
      if (isUnderWay) isStale = true
      else ask()
    },
    asked: () => {
      isUnderWay = true
      isStale = false
    },
    settled: () => {
      isUnderWay = false
      if (isStale) ask()
    },
  }
}

interface Refresher {
  readonly heard: () => void
  /** What was heard before is in its answer. */
  readonly asked: () => void
  readonly settled: () => void
}

export interface UseCallOptions {
  /** Asks again when one of these is heard: at most a few times a second, and not before the last answer is there. */
  readonly refreshOn?: readonly EventName[]
  /** Changes of jobs of other runs are no reason to ask again. Absent: all are. */
  readonly ofRuns?: readonly string[]
}

/** Whether what an event tells may change an answer about these runs. */
export function concernsRuns(payload: unknown, runIds: readonly string[] | undefined): boolean {
  if (runIds === undefined || typeof payload !== 'object' || payload === null) return true
  return !('runId' in payload) || runIds.some((id) => id === payload.runId)
}

const refreshDelayMs = 150
const noEvents: readonly EventName[] = []

/**
 * Asks main and keeps the answer. `input` null asks nothing. Another input of the same channel keeps the old rows
 * until the new ones are there.
 */
export function useCall<N extends CallName>(
  channel: N,
  input: CallInput<N> | null,
  options: UseCallOptions = {},
): CallState<CallOutput<N>> & { reload: () => void } {
  const [state, setState] = useState<CallState<CallOutput<N>>>(idleCall)
  const [asked, setAsked] = useState(0)
  const [refresher] = useState(() => createRefresher(() => setAsked((count) => count + 1)))
  const key = input === null ? null : JSON.stringify(input)
  const readInput = useEffectEvent(() => input)
  const concerns = useEffectEvent((payload: unknown) => concernsRuns(payload, options.ofRuns))

  useEffect(() => {
    const current = readInput()
    if (current === null) return
    let isCurrent = true
    refresher.asked()
    setState((old) => nextCallState(old, { kind: 'asked', keepsData: true }))
    call(channel, current).then(
      (data) => {
        if (!isCurrent) return
        setState((old) => nextCallState(old, { kind: 'answered', data }))
        refresher.settled()
      },
      (thrown: unknown) => {
        if (!isCurrent) return
        setState((old) => nextCallState(old, { kind: 'failed', error: toAppError(thrown) }))
        refresher.settled()
      },
    )
    return () => {
      isCurrent = false
    }
  }, [channel, key, asked, refresher])

  const events = (options.refreshOn ?? noEvents).join(' ')
  useEffect(() => {
    if (events === '') return
    let timer: ReturnType<typeof setTimeout> | null = null
    const refreshSoon = (payload: unknown) => {
      if (!concerns(payload)) return
      timer ??= setTimeout(() => {
        timer = null
        refresher.heard()
      }, refreshDelayMs)
    }
    const stops = events.split(' ').map((event) => on(event as EventName, refreshSoon))
    return () => {
      if (timer !== null) clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [events, refresher])

  return { ...state, reload: refresher.heard }
}
