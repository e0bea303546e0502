/** Accuracy suites on the embedded model, through the door that the queue uses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import { runSuite, tinyJob } from './fixtures/tiny-job.ts'
import { createWorkbench } from './workbench.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-evaluate-accuracy-'))
let bench: ReturnType<typeof createWorkbench>
beforeAll(() => {
  bench = createWorkbench()
})
afterAll(async () => {
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
})

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./suites/fixtures/${name}`, import.meta.url))

async function run(suiteId: string, path: string): Promise<SampleResult[]> {
  const spec = await tinyJob({ jobId: suiteId, cacheDir: folder })
  return runSuite(spec, { options: { id: suiteId }, path, bench })
}

describe('evaluate on accuracy suites', () => {
  it('ranks choices', async () => {
    const results = await run('arc-easy', fixture('arc.jsonl'))
    expect(results.map(({ error }) => error)).toEqual([null, null, null, null])
    for (const { sample, response, scores } of results) {
      expect(response?.choices).toHaveLength(sample.choices?.length ?? 0)
      for (const { logProb, tokens } of response?.choices ?? []) {
        expect(logProb).toBeLessThan(0)
        expect(tokens).toBeGreaterThan(0)
      }
      expect(scores.map(({ name }) => name)).toEqual(['acc', 'acc_norm', 'acc_bytes'])
      expect(sample.choices).toContain(response?.text)
    }
  })

  it('reads documents per word and per byte', async () => {
    const results = await run('wikitext2-documents', fixture('wikitext.raw'))
    expect(results.map(({ error }) => error)).toEqual([null, null])
    const [{ scores }] = results
    const total = scores.map(({ value, weight }) => (value ?? NaN) * weight)
    expect(scores.map(({ name }) => name)).toEqual(['word_nll', 'byte_nll', 'bits_per_byte', 'nll'])
    // One loss, divided by three counts, and in bits.
    expect((total[2] ?? NaN) * Math.LN2).toBeCloseTo(total[0] ?? NaN, 6)
    expect(total[3]).toBeCloseTo(total[0] ?? NaN, 6)
    expect(total[1]).toBeCloseTo(total[0] ?? NaN, 6)
  })

  it('cuts blocks by the tokens of the model, and says of each that it exceeds the context', async () => {
    const path = join(folder, 'long.raw')
    writeFileSync(path, readFileSync(fixture('wikitext.raw'), 'utf8').repeat(20))
    const results = await run('wikitext2', path)
    expect(results.length).toBeGreaterThan(0)
    for (const { sample, error } of results) {
      expect(error?.message).toBe('The text has 1024 tokens; expected 2 to 512.')
      expect(sample.id).toMatch(/^block-[0-9a-f]{8}-\d+$/)
    }
  })

  it('says of a text below one block that it is too short', async () => {
    await expect(run('wikitext2', fixture('wikitext.raw'))).rejects.toThrow(/one block of 1024/)
  })
})
