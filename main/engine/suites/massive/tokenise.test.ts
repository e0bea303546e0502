import { describe, expect, it } from 'vitest'
import { tokenise } from './tokenise.ts'

describe('tokens', () => {
  const put = (labels: string): string[] =>
    labels.split(' ').map((label) => (label === 'o' ? 'Other' : label))

  it.each([
    ['en-US', 'wake me up at [time : five am] [date : this week]', 'o o o o time time date date'],
    [
      'de-DE',
      'weck mich [date : diese woche] um [time : fünf uhr morgens] auf',
      'o o date date o time time time o',
    ],
  ])('%s: %s', (locale, annotUtt, expected) => {
    const utt = annotUtt.replaceAll(/\[\w+ : |\]/g, '')
    const row = { locale, utt, annotUtt }
    expect(tokenise(row, 'compat')).toEqual({ words: utt.split(' '), labels: put(expected) })
    expect(tokenise(row, 'fixed')).toEqual(tokenise(row, 'compat'))
  })

  it.each([
    [
      'ja-JP',
      '[time : 午後五時] に起こして',
      '午 後 五 時 に 起 こ し て',
      't t t t o o o o o',
      null,
    ],
    [
      'ja-JP',
      '[time : 明日] の [time : 7am] に起こして',
      '明 日 の 7am に 起 こ し て',
      't t o t t t t t t',
      't t o t o o o o o',
    ],
    [
      'zh-CN',
      '播放 [time : taylor swift] 的歌',
      '播 放 taylor swift 的 歌',
      'o o t t t t',
      'o o t t o o',
    ],
  ])('%s: %s', (locale, annotUtt, words, compat, fixed) => {
    const row = { locale, utt: '', annotUtt }
    const labels = (text: string): string[] => put(text.replaceAll('t', 'time'))
    expect(tokenise(row, 'compat')).toEqual({ words: words.split(' '), labels: labels(compat) })
    expect(tokenise(row, 'fixed').labels).toEqual(labels(fixed ?? compat))
  })

  it('a bracket that stands alone', () => {
    const row = { locale: 'ja-JP', utt: '', annotUtt: '[artist_name : テイラー ] の 曲' }
    const compat = tokenise(row, 'compat')
    expect(compat.words).toEqual(['テ', 'イ', 'ラ', 'ー', '', 'の', '曲'])
    expect(new Set(compat.labels)).toEqual(new Set(['artist_name']))
    const fixed = tokenise(row, 'fixed')
    expect(fixed.words).toEqual(['テ', 'イ', 'ラ', 'ー', 'の', '曲'])
    expect(fixed.labels.slice(-2)).toEqual(['Other', 'Other'])
  })

  it('code points, not UTF-16 units', () => {
    const { words } = tokenise({ locale: 'zh-TW', utt: '', annotUtt: '𠮷野家😀' }, 'compat')
    expect(words).toEqual(['𠮷', '野', '家', '😀'])
  })
})
