/** Model output and dataset text are untrusted: what leaves here is text in its format, never markup. */

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For element content and quoted attributes. Control characters that HTML forbids become the replacement character. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => htmlEntities[character] ?? character)
}

/** For a line of Markdown or a cell of its tables: no markup, no HTML, no line break. */
export function escapeMarkdown(text: string): string {
  return (
    visible(text)
      .replace(/\s+/g, ' ')
      .trim()
      // Brackets are escaped, so parentheses cannot make a link and stay readable.
      .replace(/[\\`*_[\]#|~]/g, '\\$&')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/^(\d+)([.)])/, '$1\\$2')
      .replace(/^([-=+])/, '\\$1')
      // An address written out would become a link in most viewers.
      .replace(/(https?|ftp):\/\//gi, '$1:\u200b//')
      .replace(/www\./gi, (match) => `${match.slice(0, 3)}\u200b.`)
  )
}

/** A fenced block that no run of backticks inside can close. */
export function fencedBlock(text: string): string {
  const shown = visible(text)
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${shown}\n${fence}\n`
}

/**
 * Control characters, and the marks that reorder a line's direction (a known way to disguise text), as visible signs. Tabs and
 * line ends stay.
 */
export function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\uFFFD')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
}
