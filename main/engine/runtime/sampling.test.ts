import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuilder } from '../graph/builder.ts'
import { createRng } from '../stats/rng.ts'
import { chooseToken } from './sampling.ts'
import type { Session } from './session.ts'
import { createSession } from './session.ts'
import type { TensorLike } from './types.ts'

/** More than the few candidates that are sorted first, so that every way of drawing is taken. */
const vocab = 3000
const rows = 40

let session: Session
beforeAll(async () => {
  const b = createBuilder({ name: 'sampling', prefix: 'sampling' })
  const logits = b.input('logits', 'float32', ['rows', vocab])
  const choice = chooseToken(b, logits, {
    isSampled: b.input('is_sampled', 'bool', []),
    temperature: b.input('temperature', 'float32', []),
    topK: b.input('top_k', 'int64', [1]),
    topP: b.input('top_p', 'float32', []),
    uniform: b.input('uniform', 'float32', ['rows', 1]),
  })
  for (const value of [choice.token, choice.best, choice.gap]) b.output(value)
  const graph = b.finish()
  session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir: '' })
})
afterAll(() => session.close())

async function draw(
  logits: Float32Array,
  uniforms: Float32Array,
  options: { temperature: number; topK: number; topP: number },
): Promise<number[]> {
  const scalar = (x: number): TensorLike => ({
    dtype: 'float32',
    shape: [],
    data: Float32Array.of(x),
  })
  const feeds = new Map<string, TensorLike>([
    ['logits', { dtype: 'float32', shape: [rows, vocab], data: logits }],
    ['is_sampled', { dtype: 'bool', shape: [], data: Uint8Array.of(1) }],
    ['temperature', scalar(options.temperature)],
    ['top_k', { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(options.topK)) }],
    ['top_p', scalar(options.topP)],
    ['uniform', { dtype: 'float32', shape: [rows, 1], data: uniforms }],
  ])
  const [token] = session.outputNames
  const result = await session.run(feeds, [token])
  return Array.from(result.get(token)!.data, Number)
}

/** The interval of the kept cumulative distribution that belongs to `token`, in float64; null when it is filtered out. */
function interval(
  logits: Float32Array,
  token: number,
  options: { temperature: number; topK: number; topP: number },
): readonly [number, number] | null {
  const isFiltered = options.topK < vocab || options.topP < 1
  const natural = [...logits.keys()]
  const order = isFiltered
    ? natural.sort((a, b) => logits[b] - logits[a]).slice(0, options.topK)
    : natural
  const largest = Math.max(...logits)
  const weights = order.map((id) => Math.exp((logits[id] - largest) / options.temperature))
  const total = weights.reduce((a, b) => a + b)
  let before = 0
  let found: readonly [number, number] | null = null
  for (const [at, id] of order.entries()) {
    if (isFiltered && before / total >= options.topP) break
    if (id === token) found = [before, before + weights[at]]
    before += weights[at]
  }
  return found === null ? null : [found[0] / before, found[1] / before]
}

/** Cumulative sums of 3000 float32 terms. */
const tolerance = 2e-4

describe('drawing from a large vocabulary', () => {
  it.each([
    ['few candidates hold the nucleus', 4, { temperature: 1, topK: vocab, topP: 0.8 }],
    ['the nucleus needs more than the few', 0.5, { temperature: 1, topK: vocab, topP: 0.95 }],
    ['nothing is filtered', 1, { temperature: 1.5, topK: vocab, topP: 1 }],
    ['K is larger than the few', 1, { temperature: 1, topK: 2000, topP: 0.99 }],
    ['K is small', 1, { temperature: 1, topK: 50, topP: 1 }],
  ])('inverts the cumulative distribution where %s', async (_, spread, options) => {
    const rng = createRng(5)
    const logits = Float32Array.from({ length: rows * vocab }, () => spread * 4 * rng.uniform())
    const uniforms = Float32Array.from({ length: rows }, (_unused, row) => (row + 0.5) / rows)
    const tokens = await draw(logits, uniforms, options)
    for (const [row, token] of tokens.entries()) {
      const range = interval(logits.subarray(row * vocab, (row + 1) * vocab), token, options)
      expect(range, `row ${row}: token ${token} was filtered out`).not.toBeNull()
      expect(uniforms[row]).toBeGreaterThan(range![0] - tolerance)
      expect(uniforms[row]).toBeLessThan(range![1] + tolerance)
    }
  })
})
