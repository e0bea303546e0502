import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyPrompt, tinyReference, tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import { createBuilder } from '../graph/builder.ts'
import type { Graph } from '../graph/ir.ts'
import { addInput, replaceAt } from '../graph/rewrite.ts'
import { maxDifference, openTiny, scratchFolder } from './fixtures/open-tiny.ts'
import { detectProviders } from './providers.ts'
import { createSession } from './session.ts'
import type { ScoreRow, TensorLike } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function logProbability(row: Float32Array, id: number): number {
  const largest = Math.max(...row)
  const sum = row.reduce((total, x) => total + Math.exp(x - largest), 0)
  return row[id] - largest - Math.log(sum)
}

describe('score', () => {
  it('gives the log-probabilities of the logits, in batches with padding', async () => {
    const runner = await openTiny(folder)
    const rows: ScoreRow[] = [
      { ids: tinyPrompt, from: 1 },
      { ids: tinyPrompt.slice(0, 9), from: 7 },
      { ids: tinyPrompt.slice(0, 2), from: 1 },
      { ids: tinyPrompt.slice(0, 20), from: 19 },
    ]
    const { logits } = tinyReference('llama-untied')
    const seen = new Set<number>()
    for await (const { index, logProbs, argmaxMatches } of runner.score(rows, { batchSize: 3 })) {
      seen.add(index)
      const { ids, from } = rows[index]
      const expected = ids.slice(from).map((id, at) => {
        const start = (from + at - 1) * tinyVocab
        return logProbability(logits.slice(start, start + tinyVocab), id)
      })
      expect(maxDifference(logProbs, expected)).toBeLessThan(2e-5)
      const best = ids.slice(from).map((id, at) => {
        const row = logits.slice((from + at - 1) * tinyVocab, (from + at) * tinyVocab)
        return row[id] === Math.max(...row) ? 1 : 0
      })
      expect([...argmaxMatches]).toEqual(best)
    }
    expect(seen.size).toBe(4)
    await runner.close()
  })

  it('refuses rows without anything to score', async () => {
    const runner = await openTiny(folder)
    const run = async (row: ScoreRow) => {
      for await (const result of runner.score([row], { batchSize: 1 })) return result
    }
    await expect(run({ ids: [1, 2], from: 2 })).rejects.toThrow(/Row 0: expected a first scored/)
    await expect(run({ ids: [1, 2], from: 0 })).rejects.toThrow(/Row 0/)
    await expect(run({ ids: [1, 99], from: 1 })).rejects.toThrow(/below 80, found 99/)
    await runner.close()
  })
})

describe('interventions through the runner', () => {
  const scaled = (graph: Graph): Graph => {
    const declared = addInput(graph, { name: 'scale', dtype: 'float32', shape: [] })
    return replaceAt(declared.graph, 'blocks.0.mlp.hook_post', (b, x) => b.mul(x, declared.value))
  }
  const value = (x: number): TensorLike => ({
    dtype: 'float32',
    shape: [],
    data: Float32Array.of(x),
  })

  it('follow an input that changes between runs, in every kind of run', async () => {
    const inputs = new Map([['scale', value(1)]])
    const runner = await openTiny(folder, 'llama-untied', { transform: scaled, inputs })
    const first = await runner.logits(tinyPrompt)
    expect(maxDifference(first, tinyReference('llama-untied').logits)).toBeLessThan(1e-5)
    const score = async () => {
      const all: number[] = []
      for await (const { logProbs } of runner.score([{ ids: tinyPrompt, from: 1 }], {
        batchSize: 1,
      }))
        all.push(...logProbs)
      return all
    }
    const before = await score()
    runner.setInput('scale', value(0))
    expect(maxDifference(await runner.logits(tinyPrompt), first)).toBeGreaterThan(1e-3)
    expect(maxDifference(await score(), before)).toBeGreaterThan(1e-3)
    expect(() => runner.setInput('sclae', value(0))).toThrow(/sclae: expected one of scale/)
    await runner.close()
  })

  it('must come with values for the inputs they declare', async () => {
    await expect(openTiny(folder, 'llama-untied', { transform: scaled })).rejects.toThrow(
      /expected values for scale/,
    )
    const inputs = new Map([['other', value(1)]])
    await expect(openTiny(folder, 'llama-untied', { inputs })).rejects.toThrow(/other: expected/)
  })

  it('read the last tokens of a batch as those of its rows', async () => {
    const runner = await openTiny(folder)
    const sites = ['blocks.0.hook_resid_post', 'blocks.1.hook_resid_post']
    const rows = [tinyPrompt.slice(0, 9), tinyPrompt.slice(7, 16), tinyPrompt.slice(3, 12)]
    const together = await runner.lastActivations(rows, sites)
    for (const site of sites) {
      const { shape, data } = together.get(site)!
      expect(shape).toEqual([3, 64])
      for (const [row, ids] of rows.entries()) {
        const alone = (await runner.activations(ids, [site])).get(site)!.data.subarray(-64)
        expect(maxDifference(data.subarray(row * 64, (row + 1) * 64), alone)).toBeLessThan(1e-5)
      }
    }
    await expect(runner.lastActivations([[1, 2], [3]], sites)).rejects.toThrow(/one length/)
    await runner.close()
  })

  it('see activations that belong together', async () => {
    const runner = await openTiny(folder)
    const sites = ['blocks.0.hook_resid_mid', 'blocks.0.hook_mlp_out', 'blocks.1.hook_resid_pre']
    const values = await runner.activations(tinyPrompt, sites)
    await runner.close()
    const [middle, out, next] = sites.map((site) => values.get(site)!)
    expect(next.shape).toEqual([tinyPrompt.length, 64])
    expect(
      maxDifference(
        middle.data.map((x, i) => x + out.data[i]),
        next.data,
      ),
    ).toBe(0)
  })
})

describe('sessions', () => {
  it('refuse feeds that the graph does not know, or of another dtype', async () => {
    const b = createBuilder({ name: 'g', prefix: 'g' })
    b.output(b.neg(b.input('x', 'float32', [1])))
    const graph = b.finish()
    const session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir: folder })
    const x: TensorLike = { dtype: 'float32', shape: [1], data: Float32Array.of(2) }
    const run = (feeds: [string, TensorLike][]) => session.run(new Map(feeds), session.outputNames)
    expect((await run([['x', x]])).get('g/Neg')?.data[0]).toBe(-2)
    await expect(
      run([
        ['x', x],
        ['y', x],
      ]),
    ).rejects.toThrow(/unknown inputs y/)
    await expect(run([])).rejects.toThrow(/missing inputs x/)
    await expect(run([['x', { ...x, shape: [2] }]])).rejects.toThrow(
      /x: expected the elements of \[2\], found 1/,
    )
    const integers: TensorLike = { dtype: 'int64', shape: [1], data: BigInt64Array.of(2n) }
    await expect(run([['x', integers]])).rejects.toThrow(/x: expected float32, found int64/)
    await session.close()
  })
})

describe('providers', () => {
  it('always include the processor, and say why others are missing', async () => {
    const reports = await detectProviders()
    expect(reports.find(({ provider }) => provider === 'cpu')).toMatchObject({ isAvailable: true })
    for (const { isAvailable, reason } of reports) expect(reason === null).toBe(isAvailable)
  })
})
