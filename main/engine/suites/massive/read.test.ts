import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { useScratchFiles } from '../fixtures/dataset-files.ts'
import { tar } from '../fixtures/tar.ts'
import { checkSuiteData, hashDataset, readSuite, suiteRecord, toRequest } from '../index.ts'
import { readMassive } from './read.ts'
import { english, germanLines, idsOf, line, quiet } from './fixtures/lines.ts'

const { folder, file } = useScratchFiles()

describe('layouts', () => {
  const layouts: [string, () => string][] = [
    ['one file', () => file('both.jsonl', `${english}\n${germanLines}`)],
    ['one packed file', () => file('both.jsonl.gz', gzipSync(`${english}\r\n${germanLines}`))],
    [
      'a folder of files, one of them packed',
      () => {
        const path = join(folder, 'locales')
        mkdirSync(path, { recursive: true })
        writeFileSync(join(path, 'en-US.jsonl'), `\ufeff${english}`)
        writeFileSync(join(path, 'de-DE.jsonl.gz'), gzipSync(germanLines))
        writeFileSync(join(path, 'LICENSE'), 'text')
        return path
      },
    ],
    [
      'an unpacked archive',
      () => {
        const path = join(folder, 'unpacked')
        mkdirSync(join(path, '1.0', 'data'), { recursive: true })
        writeFileSync(join(path, '1.0', 'data', 'en-US.jsonl'), english)
        writeFileSync(join(path, '1.0', 'data', 'de-DE.jsonl'), germanLines)
        return path
      },
    ],
    ['an archive', () => file('all.tar', archive())],
    ['a packed archive', () => file('all.tar.gz', gzipSync(archive()))],
  ]
  const archive = (): Uint8Array =>
    tar([
      ['1.0/LICENSE', 'text'],
      ['1.0/data/de-DE.jsonl', germanLines],
      ['1.0/data/en-US.jsonl', english],
    ])

  it.each(layouts)('%s: utterance by utterance, locale by locale', async (_name, make) => {
    const path = make()
    expect(await idsOf(path)).toEqual(['en-US/1', 'de-DE/1', 'en-US/10', 'de-DE/10'])
    expect(await idsOf(path, { locales: ['de-DE', 'en-US'] })).toEqual([
      'de-DE/1',
      'en-US/1',
      'de-DE/10',
      'en-US/10',
    ])
    expect(await idsOf(path, { partition: 'dev', locales: ['en-US'] })).toEqual(['en-US/3'])
    const { sampleCount, dataHash } = await checkSuiteData({ suiteId: 'massive', path })
    expect(sampleCount).toBe(4)
    expect(dataHash).toBe(await hashDataset(path))
  })

  it('a sample has the words, their labels, and the locale as its category', async () => {
    const path = file('one.jsonl', english)
    const { samples } = await readSuite({ suiteId: 'massive', path })
    expect(samples[0]).toEqual({
      id: 'en-US/1',
      index: 0,
      prompt: 'wake me up at six',
      expectation: 'none',
      category: 'en-US',
      cluster: '1',
      metadata: { scenario: 'alarm' },
      utterance: {
        locale: 'en-US',
        words: ['wake', 'me', 'up', 'at', 'six'],
        labels: ['Other', 'Other', 'Other', 'Other', 'time'],
        intent: 'alarm_set',
      },
    })
    expect(toRequest(suiteRecord('massive'), samples[0])).toEqual({
      kind: 'label',
      words: ['wake', 'me', 'up', 'at', 'six'],
    })
  })

  it('where the usual locales are absent, those that are there', async () => {
    const path = file('other.jsonl', line({ locale: 'cy-GB' }))
    expect(await idsOf(path)).toEqual(['cy-GB/1'])
  })

  it('the hash of a folder follows names and content', async () => {
    const path = join(folder, 'hashed')
    mkdirSync(path)
    writeFileSync(join(path, 'en-US.jsonl'), english)
    const first = await hashDataset(path)
    writeFileSync(join(path, 'notes.txt'), 'not data')
    expect(await hashDataset(path)).toBe(first)
    writeFileSync(join(path, 'de-DE.jsonl'), germanLines)
    const second = await hashDataset(path)
    expect(second).not.toBe(first)
    writeFileSync(join(path, 'de-DE.jsonl'), germanLines.trim())
    expect(await hashDataset(path)).not.toBe(second)
  })
})

describe('what is refused, with the place', () => {
  const failure = async (content: string | Uint8Array, name = 'broken.jsonl'): Promise<string> => {
    const path = file(name, content)
    const read = checkSuiteData({ suiteId: 'massive', path })
    await expect(read).rejects.toMatchObject({ code: 'malformed-file' })
    return read.then(String, (error: unknown) => (error as Error).message)
  }

  it.each([
    ['no JSON', '{', 'line 3: expected a JSON object'],
    ['an intent of another inventory', line({ intent: 'alarm_snooze' }), 'line 3: intent: '],
    ['a missing field', line({ utt: undefined }), 'line 3: utt: '],
    ['an empty utterance', line({ utt: ' ' }), 'line 3: utt: expected text'],
    ['the held-out set', line({ partition: 'MMNLU-22' }), 'line 3: partition: expected train, dev'],
    ['an id that is no number', line({ id: 'a' }), 'line 3: id: expected digits'],
    ['a doubled id', line({ id: '10' }), 'line 3: id: en-US/10 occurred before'],
    [
      'words without labels',
      line({ utt: 'wake me' }),
      'line 3: annot_utt: expected the 2 words of utt, found 5',
    ],
    [
      'an unknown slot',
      line({ annot_utt: 'wake me up at [hour : six]' }),
      'line 3: annot_utt: expected one of the 55 slots, found hour',
    ],
  ])('%s', async (_name, bad, message) => {
    expect(await failure(`${line({ id: '10', ...quiet })}\n\n${bad}\n`)).toContain(
      `broken.jsonl: ${message}`,
    )
  })

  it('a locale that the file name contradicts', async () => {
    expect(await failure(line(), 'fr-FR.jsonl')).toContain(
      "fr-FR.jsonl: line 1: locale: expected fr-FR as in the file's name, found en-US",
    )
  })
  it('other encodings, no rows, a line without end, a folder without data', async () => {
    expect(await failure(Uint8Array.from([0x22, 0xff, 0x22]))).toContain('another encoding')
    expect(await failure('x'.repeat(1_200_000))).toContain('line 1: expected at most')
    await expect(readMassive(file('empty.jsonl', '\n'))).rejects.toThrow(
      'expected rows, found none',
    )
    const path = join(folder, 'nothing')
    mkdirSync(path)
    await expect(readMassive(path)).rejects.toThrow('expected files such as en-US.jsonl')
    await expect(readMassive(join(folder, 'absent'))).rejects.toMatchObject({ code: 'not-found' })
  })
  it('broken archives, which are closed again', async () => {
    const open = () => readdirSync('/proc/self/fd').length
    const broken = tar([
      ['1.0/data/en-US.jsonl', '{'],
      ['1.0/data/de-DE.jsonl', 'x'.repeat(600_000)],
    ])
    const before = existsSync('/proc/self/fd') ? open() : 0
    for (let time = 0; time < 5; time++) await failure(broken, 'broken.tar')
    if (before > 0) expect(open()).toBeLessThan(before + 5)
  })
  it('archives that end early or lie', async () => {
    const whole = tar([['1.0/data/en-US.jsonl', english]])
    expect(await failure(whole.subarray(0, 700), 'cut.tar')).toContain('end of the data')
    expect(await failure(gzipSync(whole).subarray(0, 90), 'cut.tar.gz')).toContain(
      'cannot be unpacked',
    )
    const lying = Uint8Array.from(whole)
    lying[0] ^= 1
    expect(await failure(lying, 'lying.tar')).toContain('expected the checksum')
  })
  it('a locale that is not there', async () => {
    const path = file('english.jsonl', english)
    await expect(readMassive(path, { locales: ['en-US', 'th-TH'] })).rejects.toThrow(
      'expected rows of th-TH, found none',
    )
  })
})
