import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import type { Sample } from '#contract/suites'
import type { SampleRun } from './evaluate.ts'
import type { ContinuationRow } from './runtime/types.ts'
import { scoreChoices } from './score-choices.ts'

function question(index: number, overrides: Partial<Sample> = {}): Sample {
  return {
    id: `q${index}`,
    index,
    prompt: 'ask '.repeat(index + 1).trim(),
    expectation: 'none',
    category: null,
    cluster: null,
    metadata: {},
    choices: ['x', 'yy zz'],
    gold: 1,
    ...overrides,
  }
}

/** A token per word, and a model to which every token costs its length in letters. */
function runOf(samples: readonly Sample[], contextLength: number) {
  const words: string[] = []
  const rows: ContinuationRow[] = []
  const runner = {
    kind: 'decoder',
    device: { provider: 'cpu', name: 'test' },
    async *scoreContinuations(given: Iterable<ContinuationRow>) {
      rows.push(...given)
      await setImmediate()
      for (const [index, { continuations }] of rows.entries()) {
        yield {
          index,
          continuations: continuations.map((ids) => ({
            logProbs: Float32Array.from(ids, (id) => -(words[id]?.length ?? 0)),
            isGreedy: ids.length === 1,
          })),
        }
      }
    },
  }
  const tokenizer = {
    bosId: null,
    eosIds: [0],
    encode: (text: string) =>
      text.split(' ').map((word) => {
        if (!words.includes(word)) words.push(word)
        return words.indexOf(word)
      }),
  }
  const run = {
    samples,
    batchSize: 4,
    tokenIds: null,
    prepared: { runner, tokenizer },
    surroundings: { now: () => 0, signal: new AbortController().signal },
    spec: {
      suiteId: 'arc-easy',
      model: { contextLength },
      scorers: [{ id: 'multiple-choice', variant: 'log-likelihood' }],
    },
  } as unknown as SampleRun
  return { run, rows }
}

async function told(run: SampleRun): Promise<{ started: string[]; results: SampleResult[] }> {
  const started: string[] = []
  const results: SampleResult[] = []
  await scoreChoices(run, {
    started: (samples) => started.push(samples.map(({ id }) => id).join(' ')),
    result: (result) => results.push(result),
    tokens: () => undefined,
  })
  return { started, results }
}

describe('scoreChoices', () => {
  it('reports what the model gives to each choice, longest context first', async () => {
    const { run, rows } = runOf([question(0), question(2)], 100)
    const { started, results } = await told(run)
    expect(started).toEqual(['q2', 'q0'])
    expect(rows.map(({ context }) => context.length)).toEqual([3, 1])
    expect(results[0]?.response).toMatchObject({
      text: 'x',
      promptTokens: 3,
      choices: [
        { logProb: -1, tokens: 1, isGreedy: true },
        { logProb: -4, tokens: 2, isGreedy: false },
      ],
    })
    // Per character the second is likelier: -4 / 5 against -1.
    expect(results[0]?.scores.map(({ name, value }) => [name, value])).toEqual([
      ['acc', 0],
      ['acc_norm', 1],
      ['acc_bytes', 1],
    ])
  })

  it('reads each context where the choices stand in it, also where both are equally long', async () => {
    const sample = question(0, {
      prompt: 'it _ so ended',
      choices: ['was', 'is'],
      metadata: { before: 'it ', after: 'so ended' },
    })
    const { run, rows } = runOf([sample], 100)
    const spec = { ...run.spec, suiteId: 'winogrande' }
    const { results } = await told({ ...run, spec })
    expect(
      rows.map(({ context, continuations }) => [context.length, continuations.length]),
    ).toEqual([
      [2, 1],
      [2, 1],
    ])
    expect(rows[0]?.context).not.toEqual(rows[1]?.context)
    expect(results[0]?.response?.renderedPrompt).toBe('it _ so ended')
    expect(results[0]?.response?.choices?.map(({ logProb }) => logProb)).toEqual([-7, -7])
  })

  it('puts questions with the same examples one after the other', async () => {
    const preambles = ['a ', 'b b ', 'a ', 'b b ']
    const samples = preambles.map((preamble, index) => question(index, { preamble }))
    const { started } = await told(runOf(samples, 100).run)
    expect(started).toEqual(['q3', 'q1', 'q2', 'q0'])
  })

  it('reads a context that does not fit from the left, for each choice its own', async () => {
    const { run, rows } = runOf([question(5)], 4)
    const { results } = await told(run)
    expect(rows.map(({ context }) => context.length)).toEqual([4, 3])
    expect(results).toHaveLength(1)
    expect(results[0]?.response?.choices?.map(({ logProb }) => logProb)).toEqual([-1, -4])
  })

  it('gives an error to a sample that cannot be put, and goes on', async () => {
    const { run } = runOf([question(0), question(1, { choices: ['x', 'a b c d e'] })], 4)
    const { results } = await told(run)
    expect(results.map(({ sample, error }) => [sample.id, error?.code])).toEqual([
      ['q1', 'invalid-input'],
      ['q0', undefined],
    ])
  })
})
