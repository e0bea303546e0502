import type { ChatMessage, TextPart, Tokenizer } from './types.ts'

/**
 * Token ids of a conversation's prompt, such that special tokens are recognised only where the template wrote them: a
 * user who types `<|im_end|>` gets ordinary text, not the end of the turn. Otherwise the ids are those of the rendered
 * prompt encoded as a whole.
 *
 * The template is rendered twice, with the contents and with a marker in place of each, which shows where the contents
 * lie; templates that trim a content are followed. Where a template changes contents in another way (cuts out a part,
 * repeats one), their place cannot be shown and the whole prompt is encoded with its special tokens recognised, as
 * transformers does it. `isTemplateTransparent` tells which of the two happens.
 */
export function encodeChat(tokenizer: Tokenizer, messages: readonly ChatMessage[]): number[] {
  const rendered = tokenizer.renderChat(messages)
  return tokenizer.encodeParts(
    locateContents(tokenizer, messages, rendered) ?? [{ text: rendered, parseSpecial: true }],
  )
}

/** Whether `encodeChat` can keep the contents of these messages apart from the template's own text. */
export function isTemplateTransparent(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
): boolean {
  return locateContents(tokenizer, messages, tokenizer.renderChat(messages)) !== null
}

/** The rendered prompt cut into template text and contents; null when the places of the contents cannot be shown. */
function locateContents(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  rendered: string,
): TextPart[] | null {
  const markers = messages.map((_, index) => freeMarker(messages, rendered, index))
  // A blank content stays: templates ask whether there is one.
  const marked = messages.map((message, index) =>
    message.content.trim() === '' ? message : { ...message, content: markers[index] },
  )
  const literals = cutAtMarkers(tokenizer.renderChat(marked), markers, marked)
  if (literals === null) return null
  const contents = messages.filter(({ content }) => content.trim() !== '')
  return interleave({ rendered, literals, contents: contents.map(({ content }) => content) })
}

/** A word that occurs nowhere in the conversation or the prompt. */
function freeMarker(messages: readonly ChatMessage[], rendered: string, index: number): string {
  for (let salt = 0; ; salt++) {
    const marker = `CONTENT${index}x${salt}MARKER`
    const isTaken =
      rendered.includes(marker) || messages.some(({ content }) => content.includes(marker))
    if (!isTaken) return marker
  }
}

/** Template text around the markers; null unless each marker occurs once, in order. */
function cutAtMarkers(
  text: string,
  markers: readonly string[],
  marked: readonly ChatMessage[],
): string[] | null {
  const literals: string[] = []
  let rest = text
  for (const [index, marker] of markers.entries()) {
    if (marked[index].content !== marker) continue
    const pieces = rest.split(marker)
    if (pieces.length !== 2) return null
    literals.push(pieces[0])
    rest = pieces[1]
  }
  return [...literals, rest]
}

/** Lays contents (as they are, or trimmed) between the literals so that the whole is `rendered`; null if none fits. */
function interleave(pieces: {
  readonly rendered: string
  readonly literals: readonly string[]
  readonly contents: readonly string[]
}): TextPart[] | null {
  const { rendered, literals, contents } = pieces
  if (!rendered.startsWith(literals[0])) return null
  const parts: TextPart[] = [{ text: literals[0], parseSpecial: true }]
  let at = literals[0].length
  for (const [index, content] of contents.entries()) {
    const next = literals[index + 1]
    const isLast = index === contents.length - 1
    const text = forms(content).find((form) => {
      if (!rendered.startsWith(form + next, at)) return false
      return !isLast || at + form.length + next.length === rendered.length
    })
    if (text === undefined) return null
    parts.push({ text, parseSpecial: false }, { text: next, parseSpecial: true })
    at += text.length + next.length
  }
  return at === rendered.length ? parts : null
}

function forms(content: string): readonly string[] {
  return [content, content.trim(), content.trimStart(), content.trimEnd()]
}
