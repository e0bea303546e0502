/**
 * Perplexity of a plain text. Blocks of N tokens would differ from tokenizer to tokenizer, so a sample is a piece of the
 * text itself, cut at paragraph borders: the same samples for every model, hence paired.
 */
import { malformed } from './csv-table.ts'
import { perplexityScorers } from './default-scorers.ts'
import type { DataFile, SuiteDefinition } from './types.ts'
import type { Sample } from '#contract/suites'

/**
 * A piece is closed at the first paragraph border from here on, in UTF-16 units; about 120 tokens of English. Short
 * pieces cost context at their beginning, but pairs are counted by pieces: a page of text must give enough of them.
 */
const pieceLength = 500
/** A paragraph beyond this is cut at a space: one runaway line must not outgrow a model's context. */
const longestPiece = 2000

export const perplexityText: SuiteDefinition = {
  record: {
    id: 'perplexity-text',
    title: 'Plain text',
    summary:
      'How well the model predicts plain text: utility, beside which a safety change is to be read.',
    version: 1,
    kind: 'perplexity',
    licence: 'CC0-1.0 (embedded text); the licence of your own text otherwise',
    source: 'embedded: resources/text/perplexity.txt, or any UTF-8 text file',
    paper: null,
    obtain: null,
    format: 'plain text, UTF-8, paragraphs separated by blank lines',
    scorers: [...perplexityScorers],
    howItIsPut: `The text is cut at paragraph borders into pieces of about ${pieceLength} characters. Each piece is scored on its own, without a chat template, from its second token on (a beginning-of-text token counts where the tokenizer adds one); perplexity is exp(sum of losses / number of predicted tokens) over all pieces. It is per token, so models with different tokenizers are not comparable, and a piece starts without context, so figures differ from those on 1,024-token blocks.`,
  },
  embedded: 'text/perplexity.txt',
  readSamples,
}

function readSamples(file: DataFile): Sample[] {
  const pieces = cutText(file.text).filter((piece) => piece.trim() !== '')
  if (pieces.length === 0) throw malformed(file, 'expected text, found none')
  return pieces.map((text, index) => ({
    id: `piece-${index}`,
    index,
    prompt: text,
    expectation: 'none',
    category: null,
    cluster: null,
    metadata: { block: String(index) },
  }))
}

/** Pieces that together are the text again, character for character. */
export function cutText(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const paragraph of text.split(/(?<=\n[ \t\r]*\n)/)) {
    if (piece !== '' && piece.length + paragraph.length > longestPiece) {
      pieces.push(piece)
      piece = ''
    }
    piece += paragraph
    while (piece.length > longestPiece) {
      const cut = borderBefore(piece)
      pieces.push(piece.slice(0, cut))
      piece = piece.slice(cut)
    }
    if (piece.length >= pieceLength) {
      pieces.push(piece)
      piece = ''
    }
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

/** Where to cut a piece that is too long: behind the last space or line end, never inside a surrogate pair. */
function borderBefore(piece: string): number {
  const window = piece.slice(0, longestPiece)
  const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n')) + 1
  if (space > pieceLength) return space
  const isPairCut = /[\uD800-\uDBFF]$/.test(window)
  return isPairCut ? longestPiece - 1 : longestPiece
}
