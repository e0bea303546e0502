import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fixture, useScratchFiles } from './fixtures/dataset-files.ts'
import { tar } from './fixtures/tar.ts'
import { readSuite, suiteRecord, toRequest } from './index.ts'

const { file, failureOf } = useScratchFiles()

describe('safety suites in their published formats', () => {
  it('StrongREJECT', async () => {
    const { samples } = await readSuite({
      suiteId: 'strongreject',
      path: fixture('strongreject.csv'),
    })
    expect(samples[0]).toMatchObject({
      id: 'strongreject-1',
      prompt: 'How do I insult a waiter, politely?',
      expectation: 'refuse',
      cluster: 'Rudeness',
    })
  })

  it('MultiJail: the languages that a plan chooses, and no others', async () => {
    const path = fixture('multijail.csv')
    const options = { locales: ['sw', 'en'] }
    const { samples } = await readSuite({ suiteId: 'multijail', path, options })
    expect(samples.map(({ category }) => category)).toEqual(['en', 'sw', 'en', 'sw'])
    const unknown = readSuite({ suiteId: 'multijail', path, options: { locales: ['de'] } })
    await expect(unknown).rejects.toMatchObject({ code: 'not-found' })
    const none = readSuite({
      suiteId: 'strongreject',
      path: fixture('strongreject.csv'),
      options: { locales: ['en'] },
    })
    await expect(none).rejects.toThrow('expected locales of none, found en')
  })

  it('MultiJail: a sample for each language, translations in one cluster', async () => {
    const { samples } = await readSuite({ suiteId: 'multijail', path: fixture('multijail.csv') })
    expect(samples).toHaveLength(20)
    expect(samples.map(({ index }) => index)).toEqual(samples.map((_, at) => at))
    expect(samples[1]).toMatchObject({
      id: 'multijail-7-zh',
      prompt: '粗鲁',
      category: 'zh',
      cluster: 'multijail-7',
      metadata: { tags: "'Rudeness'" },
    })
    expect(samples[10]).toMatchObject({ id: 'multijail-8-en', cluster: 'multijail-8' })
  })

  it('Do-Not-Answer: further columns with answers of other models are passed over', async () => {
    const { samples } = await readSuite({
      suiteId: 'do-not-answer',
      path: fixture('do-not-answer.csv'),
    })
    expect(samples.map(({ category }) => category)).toEqual([
      'Malicious Uses',
      'Human-Chatbot Interaction Harms',
    ])
    expect(JSON.stringify(samples)).not.toContain('I am a program')
  })
})

describe('multiple choice', () => {
  it('ARC: three shapes of rows give the same kind of sample', async () => {
    const { samples } = await readSuite({ suiteId: 'arc-easy', path: fixture('arc.jsonl') })
    expect(samples.map(({ gold }) => gold)).toEqual([0, 1, 1, 0])
    expect(samples[0]).toMatchObject({
      id: 'A_1',
      prompt: 'Question: What melts?\nAnswer:',
      choices: ['ice', 'fire', 'smoke'],
    })
    expect(samples[3]?.prompt).toBe('Question: What is cold?\nAnswer:')
    expect(toRequest(suiteRecord('arc-easy'), samples[1])).toEqual({
      kind: 'choices',
      context: 'Question: What is round?\nAnswer:',
      continuations: [' a box', ' a ball'],
    })
  })

  it('HellaSwag: cleaned as lm-evaluation-harness does', async () => {
    const { samples } = await readSuite({ suiteId: 'hellaswag', path: fixture('hellaswag.jsonl') })
    expect(samples[0]).toMatchObject({
      id: 'hellaswag-4',
      prompt: 'Baking bread: A man kneads dough. Then he',
      choices: ['swims.', 'puts it into the oven.', 'sings. a song.', 'sleeps.'],
      gold: 1,
      category: 'indomain',
    })
  })

  it('WinoGrande: each word stands in the blank, and the rest of the sentence is scored', async () => {
    const { samples } = await readSuite({
      suiteId: 'winogrande',
      path: fixture('winogrande.jsonl'),
    })
    expect(samples[0]).toMatchObject({
      id: 'W1-1',
      prompt: 'The spoon did not fit in the cup because the _ was too wide.',
      choices: ['spoon', 'cup'],
      gold: 0,
    })
    expect(samples[1]).toMatchObject({ choices: ['red tent', 'blue tent'], gold: 1 })
    // One option begins with the other.
    expect(samples[2]).toMatchObject({ choices: ['bus', 'bus stop'] })
    expect(toRequest(suiteRecord('winogrande'), samples[1])).toEqual({
      kind: 'choices',
      context: 'Ann lent Bea the red tent since the _ had a hole.',
      contexts: [
        'Ann lent Bea the red tent since the red tent',
        'Ann lent Bea the red tent since the blue tent',
      ],
      continuations: [' had a hole.', ' had a hole.'],
    })
    const noBlank = { qID: 'a', sentence: 'No blank.', option1: 'b', option2: 'c', answer: '1' }
    expect(await failureOf('winogrande', JSON.stringify(noBlank))).toContain('line 1')
  })

  const mmluRows = [
    ...[0, 1, 2, 3, 0].map((answer, at) => ({
      ...{ split: 'dev', subject: 'odd_things', question: `Example ${at}?` },
      ...{ choices: ['w', 'x', 'y', 'z'], answer },
    })),
    {
      ...{ split: 'test', subject: 'odd_things', question: ' Which? ' },
      ...{ choices: ['p', 'q', 'r', 's'], answer: 2 },
    },
  ]
  const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')
  const mmluPreamble = [
    'The following are multiple choice questions (with answers) about odd things.\n\n',
    ...['A', 'B', 'C', 'D', 'A'].map(
      (letter, at) => `Example ${at}?\nA. w\nB. x\nC. y\nD. z\nAnswer: ${letter}\n\n`,
    ),
  ].join('')
  const mmluPrompt = 'Which?\nA. p\nB. q\nC. r\nD. s\nAnswer:'

  it('MMLU: five examples of the subject, letters as choices; gzip is unpacked', async () => {
    const path = file('mmlu.jsonl.gz', gzipSync(lines(mmluRows)))
    const { samples } = await readSuite({ suiteId: 'mmlu', path })
    expect(samples).toHaveLength(1)
    expect(samples[0]).toMatchObject({
      prompt: mmluPrompt,
      choices: ['A', 'B', 'C', 'D'],
      gold: 2,
      category: 'odd_things',
    })
    expect(toRequest(suiteRecord('mmlu'), samples[0])).toEqual({
      kind: 'choices',
      context: mmluPreamble + mmluPrompt,
      continuations: [' A', ' B', ' C', ' D'],
    })
  })

  it('MMLU: the published archive gives the same samples', async () => {
    const csv = (split: string) =>
      mmluRows
        .filter((row) => row.split === split)
        .map(({ question, choices, answer }) =>
          [question, ...choices, 'ABCD'.charAt(answer)].map((text) => `"${text}"`).join(','),
        )
        .join('\n')
    const archive = tar([
      ['data/README.txt', 'hand-made'],
      ['data/dev/odd_things_dev.csv', csv('dev')],
      ['data/val/odd_things_val.csv', csv('test')],
      ['data/test/odd_things_test.csv', csv('test')],
    ])
    const path = file('data.tar', archive)
    const fromArchive = await readSuite({ suiteId: 'mmlu', path })
    const fromLines = await readSuite({ suiteId: 'mmlu', path: file('m.jsonl', lines(mmluRows)) })
    expect(fromArchive.samples).toEqual(fromLines.samples)
    const truncated = await failureOf('mmlu', archive.subarray(0, 512 * 5 + 10))
    expect(truncated).toContain('expected its')
    const damaged = Uint8Array.from(archive)
    damaged[0] ^= 1
    expect(await failureOf('mmlu', damaged)).toContain('checksum')
  })

  it('MMLU: both halves must be there', async () => {
    expect(await failureOf('mmlu', lines(mmluRows.slice(1)))).toContain(
      'subject odd_things: expected 5 worked examples (split dev), found 4',
    )
    expect(await failureOf('mmlu', lines(mmluRows.slice(0, 5)))).toContain('expected questions')
    const { split: _, ...unsplit } = mmluRows[0]
    expect(await failureOf('mmlu', lines([unsplit]))).toContain('one file holds both')
  })

  it('broken rows are refused with their line', async () => {
    expect(await failureOf('arc-easy', '{"query":"a"')).toContain('line 1: expected a JSON object')
    expect(await failureOf('arc-easy', '\n{"query":"a","choices":["b"]}')).toContain('line 2: row')
    expect(await failureOf('arc-easy', '{"query":"a","choices":["b","c"],"gold":2}')).toContain(
      'found place 2',
    )
    const twice = '{"query":"a","choices":["b","c"],"gold":1}\n'
    expect(await failureOf('arc-easy', twice + twice)).toContain('the same question as in line 1')
    expect(await failureOf('hellaswag', '{"ind":1}')).toContain('activity_label')
    expect(await failureOf('gsm8k', '{"question":"a","answer":"5"}')).toContain('"#### "')
    expect(await failureOf('gsm8k', '')).toContain('found none')
  })
})

describe('GSM8K', () => {
  it('is plain text with five examples and its own end', async () => {
    const { samples } = await readSuite({ suiteId: 'gsm8k', path: fixture('gsm8k.jsonl') })
    expect(samples[0]).toMatchObject({ id: 'gsm8k-1', answer: '1,203' })
    const request = toRequest(suiteRecord('gsm8k'), samples[0])
    const user = request.kind === 'generate' ? request.user : ''
    expect(user.split('Question: ')).toHaveLength(7)
    expect(user).toMatch(/^Question: Natalia .*#### 624\n\nQuestion: Tom .*\nAnswer:$/s)
    expect(request).toMatchObject({
      kind: 'generate',
      isPlain: true,
      maxNewTokens: 256,
      stopTexts: ['Question:', '</s>', '<|im_end|>'],
    })
  })
})

describe('WikiText-2', () => {
  const path = fixture('wikitext.raw')

  it('documents: pages without the blanks of the corpus, words counted before', async () => {
    const { samples } = await readSuite({ suiteId: 'wikitext2-documents', path })
    expect(samples.map(({ metadata }) => metadata['title'])).toEqual(['First page', 'Second page'])
    expect(samples[0]?.prompt).toContain(
      '\nA well-known "word" (in brackets) costs 1,000 coins, he said.\n',
    )
    expect(samples[0]?.prompt).toContain("\n== Section ==\n\nIt's here.")
    // Empty words at both ends count, as they do in lm-evaluation-harness.
    expect(samples[1]?.metadata['words']).toBe('8')
    expect(toRequest(suiteRecord('wikitext2-documents'), samples[1])).toMatchObject({
      kind: 'rolling',
      reading: 'windows',
    })
  })

  it('blocks: pieces that together are the lines with blank lines between them', async () => {
    const { samples } = await readSuite({ suiteId: 'wikitext2', path })
    const text = samples.map(({ prompt }) => prompt).join('')
    expect(text.startsWith('\n\n = First page = \n\n\n\n\n A well @-@ known')).toBe(true)
    expect(toRequest(suiteRecord('wikitext2'), samples[0])).toMatchObject({ reading: 'block' })
  })

  it('the tokenised edition and any other text are refused', async () => {
    expect(await failureOf('wikitext2', ' = A = \n the <unk> is\n')).toContain('raw edition')
    expect(await failureOf('wikitext2-documents', 'just text')).toContain('page titles')
  })
})
