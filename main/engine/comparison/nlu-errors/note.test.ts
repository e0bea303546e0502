import { describe, expect, it } from 'vitest'
import { noteOf } from './note.ts'

describe('noteOf', () => {
  it('names the tests of the table, and those of layer maps apart', () => {
    expect(noteOf({ view: 'slots', tests: 1234 })).toMatch(
      /^F1 of each type: .* Holm over the 1,234 tests of this table\.$/,
    )
    expect(noteOf({ view: 'domains', tests: 1, exploratoryTests: 18 })).toMatch(
      /^Utterances .* 1 test of this table, cells of layer maps among themselves \(18 tests\)\.$/,
    )
  })

  it('says nothing of changes where none was tested', () => {
    expect(noteOf({ view: 'confusions', tests: 0 })).toMatch(/^Share of .* as one cluster\.$/)
  })
})
