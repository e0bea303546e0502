import { describe, expect, it } from 'vitest'
import type { AnnotationTask } from './annotation-grammar.ts'
import { annotationGrammar } from './annotation-grammar.ts'
import type { GrammarState } from './runtime/types.ts'

/** Each piece that the expression finds is a token. */
function tokenizerOf(pattern: RegExp) {
  const known: string[] = []
  const encode = (text: string): number[] =>
    (text.match(pattern) ?? []).map((piece) => {
      if (!known.includes(piece)) known.push(piece)
      return known.indexOf(piece)
    })
  return { known, encode }
}

/** Words with the space before them, brackets, parts of names. */
const english = /_[a-z]+| ?[a-z']+| ?\[| ?:|\]/gu
/** The same, and three runs of characters that are one token. */
const chinese = /播放|天气|的歌|_[a-z]+| ?[a-z]+| ?\[| ?:|\]| ?\p{Script=Han}/gu

const slots = ['time', 'time_zone', 'date', 'artist_name']

function taskOf(words: readonly string[], joints?: readonly string[]): AnnotationTask {
  return { words, joints: joints ?? words.map(() => ' '), slots, outside: 'Other' }
}

/** Goes the way that `wanted` says, token by token as it is written; where nothing of it may follow, that is said. */
function walk(
  tokenizer: ReturnType<typeof tokenizerOf>,
  task: AnnotationTask,
  wanted: string,
): { labels: readonly string[] | null; choices: string[][] } {
  let state: GrammarState<readonly string[]> = annotationGrammar(tokenizer)(task)
  let rest = wanted
  const choices: string[][] = []
  while (state.outcome === null) {
    const texts = state.tokens.map((id) => tokenizer.known[id] ?? '')
    choices.push(texts)
    const fitting = texts.filter((text) => rest.startsWith(text))
    const longest = fitting.toSorted((a, b) => b.length - a.length)[0]
    if (longest === undefined) return { labels: null, choices }
    rest = rest.slice(longest.length)
    state = state.follow(state.tokens[texts.indexOf(longest)] ?? -1)
  }
  expect(rest, 'what is left of the text').toBe('')
  return { labels: state.outcome, choices }
}

/** All ways through a grammar, as texts with their labels. */
function allTexts(
  tokenizer: ReturnType<typeof tokenizerOf>,
  state: GrammarState<readonly string[]>,
  text = '',
): { text: string; labels: readonly string[] }[] {
  if (state.outcome !== null) return [{ text, labels: state.outcome }]
  return state.tokens.flatMap((id) =>
    allTexts(tokenizer, state.follow(id), text + (tokenizer.known[id] ?? '')),
  )
}

describe('annotationGrammar', () => {
  it('labels the words in brackets', () => {
    const tokenizer = tokenizerOf(english)
    const task = taskOf(['wake', 'me', 'at', 'five', 'am', 'today'])
    const { labels } = walk(tokenizer, task, ' wake me at [time : five am] [date : today]')
    expect(labels).toEqual(['Other', 'Other', 'Other', 'time', 'time', 'date'])
    expect(walk(tokenizer, task, ' wake me at five am today').labels).toEqual(
      new Array(6).fill('Other'),
    )
  })

  it('offers the next word, slots and, behind a word, the end of a slot', () => {
    const tokenizer = tokenizerOf(english)
    const { choices } = walk(tokenizer, taskOf(['at', 'five']), ' at [time : five]')
    expect(choices).toEqual([
      [' at', ' ['],
      [' five', ' ['],
      ['time', 'date', 'artist'],
      [' :', '_zone'],
      [' five'],
      [']'],
    ])
  })

  it('offers nothing that leaves out a word, changes one or has an empty slot', () => {
    const tokenizer = tokenizerOf(english)
    const texts = allTexts(tokenizer, annotationGrammar(tokenizer)(taskOf(['at', 'five', 'am'])))
    for (const { text, labels } of texts) {
      const plain = text.replace(/\[\w+ : /gu, '').replaceAll(']', '')
      expect(plain).toBe(' at five am')
      expect(labels).toHaveLength(3)
    }
    expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length)
    // Each word outside or in one of four slots, and neighbours of one slot apart or together.
    expect(texts.length).toBe(5 * 5 * 5 + 2 * 4 * 5 + 4)
  })

  it('takes runs of characters that are one token, and leaves none out', () => {
    const tokenizer = tokenizerOf(chinese)
    const words = ['播', '放', 'taylor', 'swift', '的', '歌']
    const joints = ['', '', ' ', ' ', ' ', '']
    const wanted = ' 播放 [artist_name : taylor swift] 的歌'
    const { labels, choices } = walk(tokenizer, taskOf(words, joints), wanted)
    expect(labels).toEqual(['Other', 'Other', 'artist_name', 'artist_name', 'Other', 'Other'])
    expect(choices.at(-2)).toEqual([' 的', ' ['])
    const weather = walk(tokenizer, taskOf(['的', '天', '气'], ['', '', '']), ' 的天气')
    expect(weather.choices.at(-1)).toEqual(['天', '天气', ' ['])
    expect(weather.labels).toHaveLength(3)
  })

  it('gives empty words the label of their slot and writes nothing for them', () => {
    const tokenizer = tokenizerOf(english)
    const task = taskOf(['at', '', 'five', ''])
    expect(walk(tokenizer, task, ' at [time : five]').labels).toEqual([
      'Other',
      'Other',
      'time',
      'time',
    ])
  })

  it('refuses words with brackets', () => {
    expect(() => annotationGrammar(tokenizerOf(english))(taskOf(['a', '[b']))).toThrow(/"\[b"/)
  })
})
