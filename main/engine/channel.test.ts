import { describe, expect, it } from 'vitest'
import { createChannel } from './channel.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('channel', () => {
  it('hands over every item in order, also those pushed just before the end', async () => {
    const channel = createChannel<number>()
    const stream = channel.drain(async () => {
      channel.push(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      channel.push(2)
      channel.push(3)
    })
    expect(await collect(stream)).toEqual([1, 2, 3])
  })

  it('delivers what was pushed before the producer failed, then the error', async () => {
    const channel = createChannel<number>()
    const seen: number[] = []
    const stream = channel.drain(() => {
      channel.push(7)
      return Promise.reject(new Error('worker fell over'))
    })
    await expect(async () => {
      for await (const item of stream) seen.push(item)
    }).rejects.toThrow('worker fell over')
    expect(seen).toEqual([7])
  })
})
