import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  tinyCases,
  tinyPrompt,
  tinyReference,
  writeTinyGguf,
  writeTinyModel,
} from '../architectures/fixtures/tiny-model.ts'
import { maxDifference, openPath, openTiny, scratchFolder } from './fixtures/open-tiny.ts'

/** Logits of these models are about 2 in size; float32 sums of 64 to 96 terms in another order differ by 1e-6. */
const tolerance = 1e-5

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('logits equal those of transformers', () => {
  it.each(tinyCases)('%s', async (name) => {
    const runner = await openTiny(folder, name)
    const logits = await runner.logits(tinyPrompt)
    await runner.close()
    expect(maxDifference(logits, tinyReference(name).logits)).toBeLessThan(tolerance)
  })

  it.each(['llama-untied', 'qwen2-tied'])('%s from a GGUF file', async (name) => {
    const runner = await openPath(folder, writeTinyGguf(folder, name))
    const logits = await runner.logits(tinyPrompt)
    await runner.close()
    expect(maxDifference(logits, tinyReference(name).logits)).toBeLessThan(tolerance)
  })

  it('llama-untied in bfloat16, up to the rounding of its weights', async () => {
    const path = writeTinyModel(folder, 'llama-untied', { dtype: 'BF16' })
    const runner = await openPath(folder, path)
    const logits = await runner.logits(tinyPrompt)
    await runner.close()
    const difference = maxDifference(logits, tinyReference('llama-untied').logits)
    expect(difference).toBeGreaterThan(1e-4)
    expect(difference).toBeLessThan(0.1)
  })

  it.each(['llama-tied', 'qwen2-untied'])('%s in float16, up to its rounding', async (name) => {
    const runner = await openTiny(folder, name, { precision: 'float16' })
    const logits = await runner.logits(tinyPrompt)
    const site = 'blocks.0.mlp.hook_post'
    const values = await runner.activations(tinyPrompt, [site])
    await runner.close()
    const difference = maxDifference(logits, tinyReference(name).logits)
    expect(difference).toBeGreaterThan(1e-4)
    expect(difference).toBeLessThan(0.1)
    expect(values.get(site)?.data).toBeInstanceOf(Float32Array)
  })
})
