import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyPrompt, writeTinyGguf } from '../architectures/fixtures/tiny-model.ts'
import type { Graph } from '../graph/ir.ts'
import { replaceAt } from '../graph/rewrite.ts'
import type { RunnerOptions } from './types.ts'
import { maxDifference, openPath, openTiny, scratchFolder } from './fixtures/open-tiny.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Adds zero at an inner site, so that the region around it is no longer intact and stays decomposed. */
const touch = (...sites: string[]) => {
  return (graph: Graph): Graph =>
    sites.reduce(
      (current, site) => replaceAt(current, site, (b, x) => b.add(x, b.float32(0))),
      graph,
    )
}

async function logitsWith(options: Partial<RunnerOptions>, path?: string) {
  const runner = await (path === undefined
    ? openTiny(folder, 'qwen2-untied', options)
    : openPath(folder, path, options))
  const logits = await runner.logits(tinyPrompt)
  const answers = []
  for await (const { tokenIds } of runner.generate([{ key: 'a', promptIds: tinyPrompt }], greedy)) {
    answers.push(tokenIds)
  }
  await runner.close()
  return { logits, answers }
}

const greedy = {
  maxNewTokens: 12,
  temperature: 0,
  topK: 0,
  topP: 1,
  seed: 0,
  stopIds: [],
  batchSize: 1,
  watchIds: [],
}

describe('fused and decomposed attention', () => {
  it('agree, with and without a cache', async () => {
    const fused = await logitsWith({})
    const transform = touch('blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_attn_scores')
    const decomposed = await logitsWith({ transform })
    expect(maxDifference(fused.logits, decomposed.logits)).toBeLessThan(1e-5)
    expect(decomposed.answers).toEqual(fused.answers)
  })

  it('agree for interleaved rotation', async () => {
    const path = writeTinyGguf(folder, 'llama-untied')
    const fused = await logitsWith({}, path)
    const inner = ['blocks.0.attn.hook_pattern', 'blocks.1.attn.hook_pattern']
    const decomposed = await logitsWith({ transform: touch(...inner) }, path)
    expect(maxDifference(fused.logits, decomposed.logits)).toBeLessThan(1e-5)
    expect(decomposed.answers).toEqual(fused.answers)
  })
})

describe('the attention pattern', () => {
  it('is causal and sums to one', async () => {
    const runner = await openTiny(folder, 'qwen2-untied')
    const site = 'blocks.1.attn.hook_pattern'
    const seq = tinyPrompt.length
    const pattern = (await runner.activations(tinyPrompt, [site])).get(site)
    await runner.close()
    expect(pattern?.shape).toEqual([4, seq, seq])
    for (let row = 0; row < 4 * seq; row++) {
      const weights = pattern!.data.subarray(row * seq, (row + 1) * seq)
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
      expect(Math.max(0, ...weights.subarray((row % seq) + 1))).toBe(0)
    }
  })
})
