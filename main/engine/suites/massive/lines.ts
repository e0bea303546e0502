/** Lines of a text that streams by, in strict UTF-8. */
import { malformed } from '../csv-table.ts'
import { decodeUtf8 } from '../data-file.ts'

/** The longest line of the published files has 7 kB. */
const longestLineBytes = 1 << 20
const newline = 0x0a

/** Without their ends; a byte order mark is removed. Throws `malformed-file` for another encoding or a line without end. */
export async function* linesOf(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0)
  let count = 0
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(newline)
    if (end === -1) {
      rest = Buffer.concat([rest, piece])
    } else {
      const lines = decodeUtf8(name, Buffer.concat([rest, piece.subarray(0, end)])).split('\n')
      count += lines.length
      yield* lines
      rest = piece.slice(end + 1)
    }
    if (rest.length > longestLineBytes) {
      throw malformed(
        { name },
        `line ${count + 1}: expected at most ${longestLineBytes} bytes, found more`,
      )
    }
  }
  if (rest.length > 0) yield* decodeUtf8(name, rest).split('\n')
}
