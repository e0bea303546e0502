import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import type { Sample } from '#contract/suites'
import type { SampleRun } from './evaluate.ts'
import type { ScoreRow } from './runtime/types.ts'
import { scoreTexts } from './score-texts.ts'

function textOf(index: number, letters: number): Sample {
  return {
    id: `t${index}`,
    index,
    prompt: 'x'.repeat(letters),
    expectation: 'none',
    category: null,
    cluster: null,
    metadata: {},
  }
}

/** A token per letter, and a model that needs 10 ms a text and finds every token equally likely. */
function runOf(samples: readonly Sample[], batchSize: number, provider: 'cpu' | 'cuda') {
  let nowMs = 0
  const runner = {
    kind: 'decoder',
    device: { provider, name: 'test' },
    async *score(rows: readonly ScoreRow[]) {
      for (const [index, { ids }] of rows.entries()) {
        await setImmediate()
        nowMs += 10
        yield { index, logProbs: new Float32Array(ids.length - 1).fill(-1) }
      }
    },
  }
  return {
    samples,
    batchSize,
    surroundings: { signal: new AbortController().signal, log: () => undefined, now: () => nowMs },
    prepared: { runner, tokenizer: { encode: (text: string) => [...text].map(() => 1) } },
    tokenIds: null,
    spec: {
      suiteId: 'perplexity-text',
      model: { contextLength: 100 },
      scorers: [{ id: 'perplexity', variant: 'token' }],
    },
  } as unknown as SampleRun
}

/** What happened in order: `start ids` and `end id`, and the results. */
async function told(run: SampleRun): Promise<{ order: string[]; results: SampleResult[] }> {
  const order: string[] = []
  const results: SampleResult[] = []
  await scoreTexts(run, {
    started: (samples) => order.push(`start ${samples.map(({ id }) => id).join(' ')}`),
    result: (result) => {
      order.push(`end ${result.sample.id}`)
      results.push(result)
    },
    tokens: () => undefined,
  })
  return { order, results }
}

describe('scoreTexts', () => {
  const samples = [textOf(0, 5), textOf(1, 30), textOf(2, 20)]

  it('says of a text that it is with the model only when it is', async () => {
    const { order } = await told(runOf(samples, 8, 'cpu'))
    expect(order).toEqual(['start t1', 'end t1', 'start t2', 'end t2', 'start t0', 'end t0'])
    expect((await told(runOf(samples, 2, 'cuda'))).order).toEqual([
      'start t1 t2',
      'end t1',
      'end t2',
      'start t0',
      'end t0',
    ])
  })

  it('gives each text its own time, not that of those before it', async () => {
    const { results } = await told(runOf(samples, 8, 'cpu'))
    expect(results.map(({ response }) => response?.latencyMs)).toEqual([10, 10, 10])
    expect(results[0]?.scores).toMatchObject([{ name: 'nll', value: 1, weight: 29 }])
  })

  it('gives an error to a text that does not fit, and goes on', async () => {
    const { order, results } = await told(runOf([textOf(0, 101), textOf(1, 9)], 8, 'cpu'))
    expect(order).toEqual(['end t0', 'start t1', 'end t1'])
    expect(results[0]?.error?.message).toContain('101 tokens')
  })
})
