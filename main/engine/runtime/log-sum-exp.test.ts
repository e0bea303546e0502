import { describe, expect, it } from 'vitest'
import { createBuilder } from '../graph/builder.ts'
import { logSumExp } from './log-sum-exp.ts'
import { createSession } from './session.ts'
import type { TensorLike } from './types.ts'

/** One sure token, and a long tail of which each term is lost beside it in float32 though all together count. */
function tailed(vocab: number): Float32Array {
  return Float32Array.from({ length: vocab }, (_, i) => (i === 0 ? 12 : -4.7 + Math.sin(i) / 10))
}

function exact(logits: Float32Array): number {
  const largest = logits.reduce((most, x) => Math.max(most, x), -Infinity)
  const sum = logits.reduce((total, x) => total + Math.exp(x - largest), 0)
  return largest + Math.log(sum)
}

async function inGraph(rows: readonly Float32Array[]): Promise<readonly number[]> {
  const vocab = rows[0]?.length ?? 0
  const b = createBuilder({ name: 'sums', prefix: 'sums' })
  b.output(b.identity(logSumExp(b, b.input('logits', 'float32', ['rows', vocab]))))
  const graph = b.finish()
  const session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir: '' })
  const data = Float32Array.from(rows.flatMap((row) => [...row]))
  const feed: TensorLike = { dtype: 'float32', shape: [rows.length, vocab], data }
  const result = await session.run(new Map([['logits', feed]]), session.outputNames)
  await session.close()
  return [...result.values()].flatMap(({ data: values }) => Array.from(values, Number))
}

describe('logSumExp', () => {
  it.each([49152, 151936])('loses nothing of the tail of %i tokens', async (vocab) => {
    const rows = [tailed(vocab), tailed(vocab).map((x) => x + 40)]
    const found = await inGraph(rows)
    expect(found).toHaveLength(2)
    for (const [at, row] of rows.entries()) {
      // Above 32 a float32 has steps of 3.8e-6.
      expect(Math.abs((found[at] ?? NaN) - exact(row))).toBeLessThan(at === 0 ? 5e-6 : 8e-6)
    }
  })

  it('works where the vocabulary has no divisor', async () => {
    const [found] = await inGraph([tailed(101)])
    expect(Math.abs((found ?? NaN) - exact(tailed(101)))).toBeLessThan(2e-6)
  })
})
