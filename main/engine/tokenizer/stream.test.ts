import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../checkpoint/fixtures/scratch.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { bpeMetadata, pieceMetadata, readGolden, writeTinyGguf } from './fixtures/tiny.ts'
import { openTokenizer } from './open.ts'
import { createStreamDecoder } from './stream.ts'
import type { Tokenizer } from './types.ts'

function open(metadata: ReturnType<typeof bpeMetadata>): Tokenizer {
  return openTokenizer(openCheckpoint(writeTinyGguf(scratchFolder(), metadata)))
}

function streamed(tokenizer: Tokenizer, ids: readonly number[], step: number): string[] {
  const decoder = createStreamDecoder(tokenizer)
  const pieces: string[] = []
  for (let i = 0; i < ids.length; i += step) pieces.push(decoder.push(ids.slice(i, i + step)))
  return [...pieces, decoder.end()]
}

const kinds: readonly [string, () => Tokenizer, readonly { ids: readonly number[] }[]][] = [
  ['byte-level BPE', () => open(bpeMetadata()), readGolden().bpe],
  ['SentencePiece BPE', () => open(pieceMetadata()), readGolden().pieces],
]

describe.each(kinds)('%s', (_, openKind, cases) => {
  it.each([1, 2, 3, 16])('pieces of %d ids join to the text of all', (step) => {
    const tokenizer = openKind()
    for (const { ids } of cases) {
      expect(streamed(tokenizer, ids, step).join('')).toBe(tokenizer.decode(ids))
    }
  })

  it('never shows a part of a character', () => {
    const tokenizer = openKind()
    const ids = tokenizer.encode('猫🙂é القطة', { addSpecial: false })
    const pieces = streamed(tokenizer, ids, 1)
    expect(pieces.join('')).not.toContain('\uFFFD')
    expect(pieces.some((piece) => piece === '')).toBe(true)
  })
})

describe('an answer that ends inside a character', () => {
  it('shows what there is at the end', () => {
    const tokenizer = open(bpeMetadata())
    const ids = tokenizer.encode('𠂉', { addSpecial: false })
    const decoder = createStreamDecoder(tokenizer)
    expect(decoder.push(ids.slice(0, 2))).toBe('')
    expect(decoder.end()).toMatch(/^\uFFFD+$/u)
    expect(decoder.end()).toBe('')
  })

  it('does not wait for ever on invalid bytes', () => {
    const tokenizer = open(bpeMetadata())
    const [lead] = tokenizer.encode('𠂉', { addSpecial: false })
    const decoder = createStreamDecoder(tokenizer)
    let shown = ''
    for (let i = 0; i < 100; i++) shown += decoder.push([lead])
    expect(shown.length).toBeGreaterThan(50)
  })
})
