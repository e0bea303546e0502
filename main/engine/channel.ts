/** A queue between a producer that calls and a consumer that awaits: lets callbacks inside a run become events of a stream. */

export interface Channel<T> {
  push(item: T): void
  /** Runs the producer; its end ends the stream, its error is thrown to the consumer. */
  drain(producer: () => Promise<void>): AsyncGenerator<T, void>
}

export function createChannel<T>(): Channel<T> {
  const waiting: T[] = []
  let wake: () => void = () => undefined
  return {
    push(item) {
      waiting.push(item)
      wake()
    },
    async *drain(producer) {
      let isOver = false
      let failure: { error: unknown } | null = null
      const finished = producer()
        .catch((error: unknown) => {
          failure = { error }
        })
        .finally(() => {
          isOver = true
          wake()
        })
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) {
          yield item
          continue
        }
        if (isOver) break
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      await finished
      if (failure !== null) throw (failure as { error: unknown }).error
    },
  }
}
