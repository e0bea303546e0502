/** The suites that put MASSIVE to causal language models: their samples, and jobs on the embedded model. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleResult } from '#contract/jobs'
import { runSuite, tinyJob } from './fixtures/tiny-job.ts'
import { exampleIds } from './suites/massive/worked-examples.ts'
import { readSuite, suiteRecord, toRequest } from './suites/index.ts'
import { createWorkbench } from './workbench.ts'

/** Sentences of our own: id, partition, intent, and the annotated request in each locale. */
const rows = [
  ['3', 'train', 'alarm_set', 'wake me at [time : six]', '[time : 六点] 叫醒我'],
  ['5', 'train', 'weather_query', 'will it rain [date : today]', '[date : 今天] 会下雨吗'],
  ['8', 'train', 'alarm_set', 'alarm at [time : noon]', '[time : 中午] 的闹钟'],
  ['11', 'test', 'play_music', 'play [artist_name : mina]', '播放 [artist_name : mina] 的歌'],
  ['12', 'test', 'news_query', 'what is new', '有什么新闻'],
  ['14', 'test', 'alarm_remove', 'no alarm [date : this week]', '[date : 这周] 不要闹钟'],
] as const

const folder = mkdtempSync(join(tmpdir(), 'actbench-language-models-'))
const path = join(folder, 'requests.jsonl')
let bench: ReturnType<typeof createWorkbench>
beforeAll(() => {
  bench = createWorkbench()
  const plain = (annotated: string) => annotated.replace(/\[\w+ : |\]/gu, '')
  const lines = rows.flatMap(([id, partition, intent, english, chinese]) =>
    [
      ['en-US', english, plain(english)],
      ['zh-CN', chinese, plain(chinese).replaceAll(' ', '')],
    ].map(([locale, annot_utt, utt]) => {
      const scenario = intent.split('_')[0]
      return JSON.stringify({ id, locale, partition, scenario, intent, utt, annot_utt })
    }),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
})
afterAll(async () => {
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
})

async function run(
  suiteId: string,
  examples: number,
  // The instruction alone is long for the embedded model.
  contextLength = 4096,
): Promise<SampleResult[]> {
  const spec = await tinyJob({ jobId: suiteId, cacheDir: folder })
  return runSuite(
    { ...spec, model: { ...spec.model, contextLength } },
    { options: { id: suiteId, locales: ['en-US', 'zh-CN'], examples }, path, bench },
  )
}

const numbered = (count: number, intents: readonly string[]) =>
  Array.from({ length: count }, (_, at) => ({
    id: String(at),
    intent: intents[at % intents.length] ?? '',
  }))

describe('worked examples', () => {
  it('are of different intents first, and more of them begin with the fewer', () => {
    const pool = numbered(90, ['a', 'b', 'c'])
    const ids = exampleIds(pool, 7)
    const intents = ids.map((id) => pool[Number(id)]?.intent)
    expect(new Set(intents.slice(0, 3)).size).toBe(3)
    expect(new Set(intents.slice(3, 6)).size).toBe(3)
    expect(exampleIds(pool.toReversed(), 4)).toEqual(ids.slice(0, 4))
  })

  it('are the same requests in every locale, in the locale of the request', async () => {
    const options = { locales: ['en-US', 'zh-CN'], examples: 2 }
    const { samples } = await readSuite({ suiteId: 'massive-intent', path, options })
    const shownIn = (locale: string) =>
      samples
        .find(({ category }) => category === locale)
        ?.preamble?.split('\n\n')
        .slice(1, -1)
    const english = shownIn('en-US') ?? []
    const places = english.map((text) =>
      rows.findIndex(([, , , one]) => {
        const words = one.replace(/\[\w+ : |\]/gu, '')
        return text.startsWith(`Request: ${words}\n`)
      }),
    )
    expect(places).toHaveLength(2)
    expect(shownIn('zh-CN')).toEqual(
      places.map((at) => {
        const [, , intent, , chinese] = rows[at] ?? rows[0]
        return `Request: ${chinese.replace(/\[\w+ : |\]| /gu, '')}\nIntent: ${intent}`
      }),
    )
  })

  it('need a training partition', async () => {
    const lone = join(folder, 'lone.jsonl')
    const [id, partition, intent] = rows[3]
    const row = {
      id,
      partition,
      intent,
      locale: 'en-US',
      scenario: 'play',
      utt: 'a',
      annot_utt: 'a',
    }
    writeFileSync(lone, JSON.stringify(row))
    const suite = { suiteId: 'massive-intent', path: lone }
    await expect(readSuite({ ...suite, options: { examples: 1 } })).rejects.toThrow(
      /en-US in train/,
    )
    expect((await readSuite(suite)).samples).toHaveLength(1)
  })
})

describe('massive-intent', () => {
  it('ranks all 60 intents and takes the likeliest', async () => {
    const results = await run('massive-intent', 1)
    expect(results.map(({ error }) => error)).toEqual(new Array(6).fill(null))
    for (const { sample, response, scores } of results) {
      expect(response?.choices).toHaveLength(60)
      const sums = response?.choices?.map(({ logProb }) => logProb) ?? []
      expect(response?.understanding?.intent).toBe(
        sample.choices?.[sums.indexOf(Math.max(...sums))],
      )
      expect(sample.choices?.[sample.gold ?? -1]).toBe(sample.utterance?.intent)
      expect(scores.map(({ name, variant }) => [name, variant])).toEqual([
        ['intent_accuracy', 'log-likelihood'],
        ['intent_accuracy', 'per-token'],
      ])
      const isRight = response?.text === sample.utterance?.intent
      expect(scores[0]?.value).toBe(isRight ? 1 : 0)
    }
  })
})

describe('a model that cannot hold the instruction', () => {
  it.each(['massive-intent', 'massive-slots'])(
    'is told so by every sample of %s, never asked a shorter question',
    async (suiteId) => {
      const results = await run(suiteId, 1, 256)
      expect(results).toHaveLength(6)
      for (const { error, scores } of results) {
        expect(error?.message).toContain("more than the model's context of 256")
        expect(scores).toEqual([])
      }
    },
  )
})

describe('massive-slots', () => {
  it('gives every word a slot or none, and writes every word', async () => {
    const results = await run('massive-slots', 1)
    expect(results.map(({ error }) => error)).toEqual(new Array(6).fill(null))
    for (const { sample, response, scores } of results) {
      const words = sample.utterance?.words ?? []
      expect(response?.understanding?.labels).toHaveLength(words.length)
      const written = response?.text.replace(/\[\w+ : /gu, '').replace(/[\] ]/gu, '')
      expect(written).toBe(words.join(''))
      expect(scores.map(({ name }) => name)).toEqual(['slot_f1'])
      expect(response?.tokenIds).toHaveLength(response?.tokenLogProbs.length ?? -1)
    }
  })

  it('has a slot begin at any character, and names in Latin letters whole', async () => {
    const { samples } = await readSuite({ suiteId: 'massive-slots', path })
    const sample = samples.find(({ id }) => id === 'zh-CN/11')
    if (sample === undefined) throw new Error('zh-CN/11 is missing')
    expect(toRequest(suiteRecord('massive-slots'), sample)).toMatchObject({
      words: ['播', '放', 'mina', '的', '歌'],
      joints: [' ', '', ' ', ' ', ''],
    })
  })
})
