import { describe, expect, it } from 'vitest'
import { plainLine, plainText } from './terminal-text.ts'

describe('plainText', () => {
  it.each([
    ['colour', 'a\u001b[31mred\u001b[0m', 'ared'],
    ['cursor movement', 'x\u001b[2J\u001b[1;1Hy', 'xy'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://x\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['a device control string', '\u001bPq#0\u001b\\after', 'after'],
    ['an unfinished sequence', 'end\u001b[', 'end'],
    ['eight-bit controls', 'a\u009b31mb', 'a31mb'],
    ['a carriage return that would overwrite the line', 'good\rbad', 'goodbad'],
    ['backspaces', 'abc\b\b\b', 'abc'],
    ['a direction override', 'abc\u202edef', 'abcdef'],
  ])('takes away %s', (_case, text, expected) => {
    expect(plainText(text)).toBe(expected)
  })

  it('keeps ordinary text of any language, lines and tabs', () => {
    const text = 'Grüße, 你好, नमस्ते\n\tnext line 🙂'
    expect(plainText(text)).toBe(text)
  })
})

describe('plainLine', () => {
  it('makes one line and says that it was cut', () => {
    expect(plainLine('one\n two   three', 9)).toBe('one two …')
    expect(plainLine('short', 9)).toBe('short')
  })

  it('does not cut a character in half', () => {
    expect(plainLine('🙂🙂🙂', 2)).toBe('🙂…')
  })
})
