import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  encoderReference,
  tinyEncoders,
  tinyIntents,
  tinyJointEncoders,
  tinyRows,
  tinySlots,
  writeTinyEncoder,
  writeTinyEncoderGguf,
} from '../architectures/fixtures/tiny-encoder.ts'
import { maxDifference, openEncoder, openTinyEncoder, scratchFolder } from './fixtures/open-tiny.ts'
import { largest } from './label.ts'
import type { EncoderRunner, LabelResult } from './types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** States and logits are of order 1; the references are float32 of another implementation. */
const tolerance = 1e-5

const files = {
  safetensors: writeTinyEncoder,
  'safetensors with the prefix bert.': (at: string, name: string) =>
    writeTinyEncoder(at, name, { prefix: 'bert.' }),
  gguf: (at: string, name: string) => writeTinyEncoderGguf(at, name),
} as const

const every = (row: readonly number[]) => row.map((_, at) => at)

async function labelAll(
  runner: EncoderRunner,
  rows: readonly (readonly number[])[],
  batchSize: number,
): Promise<LabelResult[]> {
  const results: LabelResult[] = []
  const labelled = rows.map((ids) => ({ ids, wordStarts: every(ids) }))
  for await (const result of runner.label(labelled, { batchSize })) results.push(result)
  return results.toSorted((a, b) => a.index - b.index)
}

describe.each(Object.entries(files))('from %s', (_, write) => {
  it.each(['bert', 'bert-first'])(
    'the last states of %s are those of transformers',
    async (name) => {
      const runner = await openEncoder(folder, write(folder, name))
      for (const [row, ids] of tinyRows.entries()) {
        const site = 'ln_final.hook_normalized'
        const values = await runner.activations(ids, [site])
        const { states } = encoderReference(name)
        expect(maxDifference(values.get(site)!.data, states[row]), `row ${row}`).toBeLessThan(
          tolerance,
        )
      }
      await runner.close()
    },
  )

  it.each(tinyJointEncoders)('%s labels as the authors’ code does', async (name) => {
    const runner = await openEncoder(folder, write(folder, name))
    const { intent, slots } = encoderReference(name)
    for (const batchSize of [1, 2]) {
      for (const { index, intentLogits, slots: found } of await labelAll(
        runner,
        tinyRows,
        batchSize,
      )) {
        const expected = intent.slice(index * tinyIntents.length, (index + 1) * tinyIntents.length)
        expect(maxDifference(intentLogits, expected), `intent of row ${index}`).toBeLessThan(
          tolerance,
        )
        const best = tinyRows[index].map((_, token) =>
          largest(slots[index].subarray(token * tinySlots.length, (token + 1) * tinySlots.length)),
        )
        expect([...found], `slots of row ${index}`).toEqual(best)
      }
    }
    for (const [row, ids] of tinyRows.entries()) {
      expect(maxDifference(await runner.logits(ids), slots[row])).toBeLessThan(tolerance)
    }
    await runner.close()
  })
})

describe('label', () => {
  it('reads words at their first tokens, and gives -1 where a word has none', async () => {
    const runner = await openTinyEncoder(folder)
    const [whole] = await labelAll(runner, tinyRows.slice(0, 1), 1)
    const rows = [
      { ids: tinyRows[1], wordStarts: [] },
      { ids: tinyRows[0], wordStarts: [2, null, 7] },
    ]
    const found: LabelResult[] = []
    for await (const result of runner.label(rows, { batchSize: 8 })) found.push(result)
    const byRow = found.toSorted((a, b) => a.index - b.index)
    expect([...byRow[0].slots]).toEqual([])
    expect([...byRow[1].slots]).toEqual([whole.slots[2], -1, whole.slots[7]])
    await runner.close()
  })

  it('does not depend on what else is in the batch', async () => {
    const runner = await openTinyEncoder(folder)
    const many = Array.from({ length: 30 }, (_, at) => tinyRows[at % 2].slice(0, 3 + (at % 7)))
    const alone = await labelAll(runner, many, 1)
    const together = await labelAll(runner, many, 30)
    for (const [at, { intentLogits, slots }] of together.entries()) {
      expect(maxDifference(intentLogits, alone[at].intentLogits), `row ${at}`).toBeLessThan(
        tolerance,
      )
      expect([...slots]).toEqual([...alone[at].slots])
    }
    await runner.close()
  })

  it('refuses rows that the model cannot read', async () => {
    const runner = await openTinyEncoder(folder)
    const run = async (ids: number[], wordStarts: number[] = []) => {
      for await (const result of runner.label([{ ids, wordStarts }], { batchSize: 1 }))
        return result
    }
    await expect(run([])).rejects.toThrow(/Row 0: expected 1 to 24 tokens, found 0/)
    await expect(run(Array.from({ length: 25 }, () => 5))).rejects.toThrow(
      /1 to 24 tokens, found 25/,
    )
    await expect(run([5, 60])).rejects.toThrow(/token ids below 60, found 60/)
    await expect(run([5, 6], [2])).rejects.toThrow(/begin before token 2, found 2/)
    await runner.close()
  })

  it('stops between batches', async () => {
    const runner = await openTinyEncoder(folder)
    const signal = AbortSignal.abort()
    const rows = [{ ids: tinyRows[0], wordStarts: [] }]
    const run = async () => {
      for await (const result of runner.label(rows, { batchSize: 1, signal })) return result
    }
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' })
    await runner.close()
  })
})

describe('a bare encoder', () => {
  it('shows its states but labels nothing', async () => {
    const runner = await openTinyEncoder(folder, 'bert')
    expect(runner.joint).toBeNull()
    await expect(runner.logits(tinyRows[0])).rejects.toThrow(/found an encoder without heads/)
    await expect(labelAll(runner, tinyRows, 1)).rejects.toThrow(/found an encoder without heads/)
    await runner.close()
  })
})

describe('half precision', () => {
  it.each(tinyEncoders)('of %s stays close', async (name) => {
    const runner = await openTinyEncoder(folder, name, { precision: 'float16' })
    const site = 'blocks.0.hook_resid_post'
    const half = (await runner.activations(tinyRows[0], [site])).get(site)!.data
    const exact = await openTinyEncoder(folder, name)
    const full = (await exact.activations(tinyRows[0], [site])).get(site)!.data
    expect(maxDifference(half, full)).toBeLessThan(0.02)
    expect(maxDifference(half, full)).toBeGreaterThan(0)
    await Promise.all([runner.close(), exact.close()])
  })
})
