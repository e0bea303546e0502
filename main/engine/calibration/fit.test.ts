import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyVocab } from '../architectures/fixtures/tiny-model.ts'
import type { Graph } from '../graph/ir.ts'
import type { SiteRequest } from '../interventions/types.ts'
import { openTiny, partOpener, scratchFolder } from '../runtime/fixtures/open-tiny.ts'
import type { CausalRunner } from '../runtime/types.ts'
import { type FitRequest, fitStatistics } from './fit.ts'

const folder = scratchFolder()
let runner: CausalRunner
let graph: Graph
beforeAll(async () => {
  runner = await openTiny(folder, 'llama-untied', { transform: (plain) => (graph = plain) })
})
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

const site = 'blocks.1.ln2.hook_normalized'
const all: readonly SiteRequest[] = [
  { site, statistic: 'magnitude-quantiles' },
  { site, statistic: 'channel-maxima' },
  { site, statistic: 'weight-maxima' },
  { site: 'blocks.0.mlp.hook_post', statistic: 'moments' },
]
const tokens = Array.from({ length: 300 }, (_, at) => (at * 17) % tinyVocab)

const request = (more: Partial<FitRequest> = {}): FitRequest => ({
  requests: all,
  graph,
  runner,
  fingerprint: 'model',
  adapterFingerprint: null,
  text: 'text',
  encode: () => tokens,
  maxTokens: 280,
  artifacts: [],
  signal: new AbortController().signal,
  onWindow: () => undefined,
  onBlock: () => undefined,
  openSession: partOpener(folder),
  ...more,
})

describe('fitStatistics', () => {
  it('fits every kind at once, each as one artifact', async () => {
    const { statistics, artifacts } = await fitStatistics(request())
    expect(artifacts.map(({ source }) => source?.tokens ?? null)).toEqual([280, 280, 280, null])
    expect(new Set(artifacts.map(({ key }) => key)).size).toBe(4)
    const found = statistics.get(site)
    expect(found?.channelMaxima).toHaveLength(64)
    expect(found?.weightMaxima).toHaveLength(64)
    const largest = Math.max(...(found?.channelMaxima ?? []))
    expect(found?.quantiles?.absolute[99]).toBeLessThanOrEqual(largest)
    expect(found?.quantiles?.count).toBe(280 * 64)
    const moments = statistics.get('blocks.0.mlp.hook_post')?.moments
    expect(moments?.count).toBe(280 * 96)
    expect(moments?.deviation).toBeGreaterThan(0)
  })

  it('takes what an earlier job fitted, and observes only the rest', async () => {
    const first = await fitStatistics(request())
    const stored = first.artifacts.map(({ key, hash, payload }) => ({ key, hash, payload }))
    const seen: string[][] = []
    const watched: CausalRunner = {
      ...runner,
      activations: (ids, sites) => {
        seen.push([...sites])
        return runner.activations(ids, sites)
      },
    }
    const artifacts = stored.slice(0, 2)
    const again = await fitStatistics(request({ runner: watched, artifacts }))
    expect(again.artifacts.map(({ isNew }) => isNew)).toEqual([false, false, true, true])
    expect(again.artifacts.map(({ hash }) => hash)).toEqual(first.artifacts.map(({ hash }) => hash))
    expect(seen).toEqual([['blocks.0.mlp.hook_post'], ['blocks.0.mlp.hook_post']])
    const whole = await fitStatistics(request({ runner: watched, artifacts: stored }))
    expect(seen).toHaveLength(2)
    expect(whole.statistics).toEqual(first.statistics)
  })

  it('keeps models with an adapter, other texts and other sites apart', async () => {
    const changes: Partial<FitRequest>[] = [
      {},
      { adapterFingerprint: 'adapter' },
      { text: 'another' },
      { fingerprint: 'another' },
      { requests: [{ site: 'blocks.0.ln2.hook_normalized', statistic: 'channel-maxima' }] },
    ]
    const keys = new Set<string>()
    for (const change of changes) {
      const { artifacts } = await fitStatistics(request({ requests: [all[1]], ...change }))
      keys.add(artifacts[0].key)
    }
    expect(keys.size).toBe(changes.length)
  })

  it('runs nothing when nothing is asked for', async () => {
    const { artifacts, statistics } = await fitStatistics(request({ requests: [], text: '' }))
    expect(artifacts).toEqual([])
    expect(statistics.size).toBe(0)
  })

  it('refuses a text that is too short', async () => {
    await expect(fitStatistics(request({ encode: () => [1, 2] }))).rejects.toThrow('has 2 tokens')
  })
})
