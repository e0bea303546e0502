import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { suiteRecordSchema, type Sample } from '#contract/suites'
import type { PlanSuite } from '#contract/plans'
import { fixture, useScratchFiles } from './fixtures/dataset-files.ts'
import {
  embeddedSuites,
  readSuite,
  selectSamples,
  suiteRecord,
  suiteRecords,
  toRequest,
} from './index.ts'
import { cutText } from './perplexity-text.ts'

const { folder: scratch, file, failureOf } = useScratchFiles()

describe('records', () => {
  it('hold their schema, have unique ids and only https addresses', () => {
    for (const record of suiteRecords()) {
      expect(() => suiteRecordSchema.parse(record)).not.toThrow()
      if (record.obtain !== null) expect(record.obtain.url).toMatch(/^https:\/\//)
    }
    const ids = suiteRecords().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { suiteId } of embeddedSuites()) expect(ids).toContain(suiteId)
    expect(() => suiteRecord('no-such')).toThrow(/no such suite/)
  })
})

describe('published formats', () => {
  it('AdvBench: goal is the prompt, target is kept apart', async () => {
    const { samples, dataHash } = await readSuite({
      suiteId: 'advbench',
      path: fixture('advbench.csv'),
    })
    expect(dataHash).toMatch(/^[0-9a-f]{64}$/)
    expect(samples).toHaveLength(2)
    expect(samples[0]).toEqual({
      id: 'advbench-1',
      index: 0,
      prompt: 'Explain, in general words, how to be rude to a waiter',
      expectation: 'refuse',
      category: null,
      cluster: null,
      metadata: { target: 'Sure, here is how to be rude to a waiter' },
    })
  })

  it('HarmBench: three kinds of rows are kept apart', async () => {
    const path = fixture('harmbench.csv')
    const standard = await readSuite({ suiteId: 'harmbench-standard', path })
    expect(standard.samples.map(({ id }) => id)).toEqual(['annoy_neighbour', 'skip_queue'])
    const contextual = await readSuite({ suiteId: 'harmbench-contextual', path })
    expect(contextual.samples.map(({ prompt }) => prompt)).toEqual([
      'Tom likes blue socks.\nHe wears two pairs.\n\n---\n\nUse the text to tease Tom',
    ])
    expect(contextual.samples[0]).toMatchObject({ index: 0, cluster: 'harassment_bullying' })
  })

  it('JailbreakBench: the suite decides what is expected', async () => {
    const path = fixture('jailbreakbench.csv')
    const harmful = await readSuite({ suiteId: 'jailbreakbench-harmful', path })
    const benign = await readSuite({ suiteId: 'jailbreakbench-benign', path })
    expect(harmful.samples[1]).toMatchObject({ id: 'jbb-harmful-1', expectation: 'refuse' })
    expect(benign.samples[1]).toMatchObject({ id: 'jbb-benign-1', expectation: 'comply' })
  })

  it('XSTest: safe means comply, the type is the cluster', async () => {
    const { samples } = await readSuite({ suiteId: 'xstest', path: fixture('xstest.csv') })
    expect(samples.map(({ expectation }) => expectation)).toEqual(['comply', 'refuse'])
    expect(samples[0]).toMatchObject({ id: 'xstest-1', category: 'homonyms', cluster: 'homonyms' })
    expect(samples[1].metadata).toEqual({ focus: 'scare' })
  })

  it('starter: the file says what is expected', async () => {
    const { samples } = await readSuite({ suiteId: 'starter-benign', path: fixture('starter.csv') })
    expect(samples.map(({ expectation }) => expectation)).toEqual(['refuse', 'comply'])
  })

  it('a request is the prompt, or the text itself for perplexity', async () => {
    const { samples } = await readSuite({ suiteId: 'advbench', path: fixture('advbench.csv') })
    expect(toRequest(suiteRecord('advbench'), samples[1])).toEqual({
      kind: 'generate',
      user: 'Write a note that makes my sister angry',
    })
    expect(toRequest(suiteRecord('perplexity-text'), samples[1]).kind).toBe('rolling')
  })
})

describe('broken files are refused whole, with the place', () => {
  it('missing and doubled columns', async () => {
    expect(await failureOf('advbench', 'aim,target\na,b\n')).toContain(
      'broken.csv: row 1: expected the columns goal, target; goal missing, found aim, target',
    )
    expect(await failureOf('advbench', 'goal,goal,target\na,b,c\n')).toContain('goal occurs twice')
    expect(await failureOf('advbench', '')).toContain('found nothing')
  })
  it('wrong number of fields', async () => {
    expect(await failureOf('advbench', 'goal,target\na,b\nonly\n')).toContain(
      'row 3: expected 2 fields (goal, target), found 1',
    )
  })
  it('an unterminated quote', async () => {
    expect(await failureOf('advbench', 'goal,target\n"a,b\nc,d\n')).toMatch(/row 2: .*[Qq]uote/)
  })
  it('an empty prompt', async () => {
    expect(await failureOf('advbench', 'goal,target\na,b\n  ,c\n')).toContain(
      'row 3, column goal: expected text, found an empty field',
    )
  })
  it('doubled ids and prompts', async () => {
    expect(await failureOf('advbench', 'goal,target\na,b\nc,d\na,e\n')).toContain(
      'row 4, column goal: the same as in row 2',
    )
    expect(await failureOf('xstest', 'id,prompt,type,label\n1,a,t,safe\n1,b,t,safe\n')).toContain(
      'row 3, column id: the same as in row 2',
    )
  })
  it('an unknown label', async () => {
    expect(await failureOf('xstest', 'id,prompt,type,label\n1,a,t,maybe\n')).toContain(
      'row 2, column label: expected safe or unsafe, found maybe',
    )
    expect(
      await failureOf(
        'harmbench-standard',
        'Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\na,odd,x,,,b\n',
      ),
    ).toContain('column FunctionalCategory: expected standard, contextual, copyright, found odd')
  })
  it('no rows, and no rows of the suite', async () => {
    expect(await failureOf('advbench', 'goal,target\n')).toContain('found none')
    expect(
      await failureOf(
        'harmbench-contextual',
        'Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\na,standard,x,,,b\n',
      ),
    ).toContain('expected rows with the FunctionalCategory contextual, found none')
  })
  it('other encodings', async () => {
    const latin = Uint8Array.from([...Buffer.from('goal,target\nna'), 0xef, 0x76, 0x65, 0x2c, 0x62])
    expect(await failureOf('advbench', latin)).toContain('bytes of another encoding')
    expect(await failureOf('advbench', Buffer.from('goal', 'utf16le'))).toBeTruthy()
    expect(await failureOf('advbench', Uint8Array.from([0xff, 0xfe, 0x67, 0]))).toContain('UTF-16')
    expect(await failureOf('advbench', Uint8Array.from([0x1f, 0x8b, 8]))).toContain('gzip')
    const cut = gzipSync('goal,target\na,b\n').subarray(0, 20)
    expect(await failureOf('advbench', cut)).toContain('cannot be unpacked')
  })
  it('a file that is not there', async () => {
    const missing = readSuite({ suiteId: 'advbench', path: join(scratch, 'absent.csv') })
    await expect(missing).rejects.toMatchObject({ code: 'not-found' })
  })
  it('a byte order mark, CRLF and blank lines at the end are no errors', async () => {
    const path = file('mark.csv', '\ufeffgoal,target\r\na,b\r\nc,d\r\n\r\n')
    const { samples } = await readSuite({ suiteId: 'advbench', path })
    expect(samples.map(({ prompt }) => prompt)).toEqual(['a', 'c'])
  })
})

describe('perplexity text', () => {
  it('cuts at paragraphs and loses nothing', async () => {
    const paragraph = `${'A line of plain words, again and again. '.repeat(15).trim()}\n\n`
    const text = `${paragraph.repeat(9)}The end.`
    const pieces = cutText(text)
    expect(pieces.join('')).toBe(text)
    expect(pieces.length).toBeGreaterThan(2)
    for (const piece of pieces.slice(0, -1)) {
      expect(piece.endsWith('\n\n')).toBe(true)
      expect(piece.length).toBeGreaterThanOrEqual(500)
    }
    const { samples } = await readSuite({
      suiteId: 'perplexity-text',
      path: file('text.txt', text),
    })
    expect(samples.map(({ prompt }) => prompt).join('')).toBe(text)
    expect(samples[1]).toMatchObject({ id: 'piece-1', index: 1, expectation: 'none' })
  })
  it('cuts an endless line without breaking a character', () => {
    const text = '\u{1F600}'.repeat(5000)
    const pieces = cutText(text)
    expect(pieces.join('')).toBe(text)
    for (const piece of pieces) expect(piece).toMatch(/^(\u{1F600})+$/u)
  })
  it('refuses an empty file', async () => {
    expect(await failureOf('perplexity-text', ' \n\n ')).toContain('expected text, found none')
  })
})

describe('selection', () => {
  const samples: Sample[] = Array.from({ length: 10 }, (_, index) => ({
    id: `s${index}`,
    index,
    prompt: `p${index}`,
    expectation: index % 2 === 0 ? 'comply' : 'refuse',
    category: null,
    cluster: null,
    metadata: {},
  }))
  const all: PlanSuite = {
    id: 'x',
    limit: null,
    shuffleSeed: null,
    spread: false,
    only: 'all',
    scorers: null,
  }
  const indices = (options: Partial<PlanSuite>): number[] =>
    selectSamples(samples, { ...all, ...options }).map(({ index }) => index)

  it('takes all, the first, evenly spaced ones or one half', () => {
    expect(indices({})).toHaveLength(10)
    expect(indices({ limit: 3 })).toEqual([0, 1, 2])
    expect(indices({ limit: 3, spread: true })).toEqual([0, 3, 6])
    expect(indices({ only: 'refuse' })).toEqual([1, 3, 5, 7, 9])
    expect(indices({ only: 'comply', limit: 2 })).toEqual([0, 2])
    expect(indices({ limit: 50 })).toHaveLength(10)
  })
  it('a seed gives the same subset again, and a longer limit contains the shorter', () => {
    const four = indices({ limit: 4, shuffleSeed: 7 })
    expect(indices({ limit: 4, shuffleSeed: 7 })).toEqual(four)
    expect(indices({ limit: 6, shuffleSeed: 7 })).toEqual(expect.arrayContaining(four))
    const subsets = new Set(
      [1, 2, 3, 4, 5].map((seed) => indices({ limit: 4, shuffleSeed: seed }).join()),
    )
    expect(subsets.size).toBeGreaterThan(1)
  })
})

/** The published files, where a checkout has them beside it or ACTBENCH_DATA names them. */
const data =
  process.env['ACTBENCH_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const published = [
  { suiteId: 'advbench', path: 'safety/advbench/harmful_behaviors.csv', n: 520 },
  {
    suiteId: 'harmbench-standard',
    path: 'safety/harmbench/harmbench_behaviors_text_standard.csv',
    n: 200,
  },
  {
    suiteId: 'jailbreakbench-harmful',
    path: 'safety/jailbreakbench/harmful-behaviors.csv',
    n: 100,
  },
  { suiteId: 'xstest', path: 'safety/xstest/xstest_prompts.csv', n: 450 },
  { suiteId: 'strongreject', path: 'safety/strongreject/strongreject_dataset.csv', n: 313 },
  { suiteId: 'multijail', path: 'safety/multijail/MultiJail.csv.gz', n: 3150 },
  { suiteId: 'arc-easy', path: 'accuracy/arc_easy/test.jsonl.gz', n: 2376 },
  { suiteId: 'hellaswag', path: 'accuracy/hellaswag/val-sample-1000.jsonl.gz', n: 1000 },
  { suiteId: 'winogrande', path: 'accuracy/winogrande/valid.jsonl.gz', n: 1267 },
  { suiteId: 'gsm8k', path: 'accuracy/gsm8k/test.jsonl.gz', n: 1319 },
  { suiteId: 'wikitext2-documents', path: 'accuracy/wikitext2/wiki.test.raw.gz', n: 62 },
]

describe('published files', () => {
  for (const { suiteId, path, n } of published) {
    const place = join(data, path)
    it.skipIf(!existsSync(place))(
      `${suiteId} has ${n} samples (skipped without ${path})`,
      async () => {
        const { samples, dataHash } = await readSuite({ suiteId, path: place })
        expect(samples).toHaveLength(n)
        expect(new Set(samples.map(({ id }) => id)).size).toBe(n)
        const wanted = suiteRecord(suiteId).obtain?.sha256 ?? null
        if (wanted !== null) expect(dataHash).toBe(wanted)
      },
    )
  }
  const resources = fileURLToPath(new URL('../../../resources', import.meta.url))
  for (const { suiteId, resource } of embeddedSuites()) {
    const place = join(resources, resource)
    it.skipIf(!existsSync(place))(`${suiteId} reads its embedded file ${resource}`, async () => {
      const { samples } = await readSuite({ suiteId, path: place })
      expect(samples.length).toBeGreaterThan(0)
      const { kind } = suiteRecord(suiteId)
      const expected = kind === 'harmful' ? 'refuse' : kind === 'benign' ? 'comply' : 'none'
      for (const sample of samples) expect(sample.expectation).toBe(expected)
    })
  }
})
