import { createHash } from 'node:crypto'

/** Names a question by what it says, wherever it stands in a file: 16 hexadecimal digits of the SHA-256 of its JSON. */
export function contentId(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
}
