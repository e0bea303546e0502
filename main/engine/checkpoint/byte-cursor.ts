import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { ActbenchError } from '#contract/errors'
import { malformed } from './malformed.ts'

/** First read; enough for the header of most files that carry no tokenizer. */
const FIRST_WINDOW_BYTES = 256 * 1024
/** Windows double up to this: a tokenizer of 150,000 tokens is about 6 MB of metadata. */
const LARGEST_WINDOW_BYTES = 8 * 1024 * 1024

/**
 * Reads little-endian values of a file in order, through a window of bounded size: a header is read without the
 * tensors behind it. Running past the end of the file throws `malformed-file`, naming the field that was being read.
 */
export class ByteCursor {
  readonly file: string
  readonly sizeBytes: number
  readonly #descriptor: number
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  #nextWindowBytes = FIRST_WINDOW_BYTES
  #offset = 0

  constructor(file: string) {
    this.file = file
    this.#descriptor = openForReading(file)
    this.sizeBytes = fstatSync(this.#descriptor).size
  }

  /** Bytes from the start of the file to the next value. */
  get position(): number {
    return this.#windowStart + this.#offset
  }

  get remainingBytes(): number {
    return this.sizeBytes - this.position
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  u8(field: string): number {
    const at = this.#take(1, field)
    return this.#window.readUInt8(at)
  }

  i8(field: string): number {
    const at = this.#take(1, field)
    return this.#window.readInt8(at)
  }

  u16(field: string): number {
    const at = this.#take(2, field)
    return this.#window.readUInt16LE(at)
  }

  i16(field: string): number {
    const at = this.#take(2, field)
    return this.#window.readInt16LE(at)
  }

  u32(field: string): number {
    const at = this.#take(4, field)
    return this.#window.readUInt32LE(at)
  }

  i32(field: string): number {
    const at = this.#take(4, field)
    return this.#window.readInt32LE(at)
  }

  u64(field: string): bigint {
    const at = this.#take(8, field)
    return this.#window.readBigUInt64LE(at)
  }

  i64(field: string): bigint {
    const at = this.#take(8, field)
    return this.#window.readBigInt64LE(at)
  }

  f32(field: string): number {
    const at = this.#take(4, field)
    return this.#window.readFloatLE(at)
  }

  f64(field: string): number {
    const at = this.#take(8, field)
    return this.#window.readDoubleLE(at)
  }

  /** UTF-8 text of `byteLength` bytes. Buffer keeps a leading U+FEFF, which TextDecoder drops unless told not to. */
  text(byteLength: number, field: string): string {
    const start = this.#take(byteLength, field)
    return this.#window.toString('utf8', start, start + byteLength)
  }

  /** A count that must not exceed `limit`. Checked before anything is allocated for it. */
  count(field: string, limit: number): number {
    const value = this.u64(field)
    if (value > BigInt(limit)) {
      throw malformed({
        file: this.file,
        field,
        expected: `at most ${limit}`,
        found: `${value}`,
      })
    }
    return Number(value)
  }

  /** Makes `byteLength` bytes available and steps over them; returns where they start in the window. */
  #take(byteLength: number, field: string): number {
    if (this.#offset + byteLength > this.#window.length) this.#refill(byteLength, field)
    const start = this.#offset
    this.#offset += byteLength
    return start
  }

  #refill(byteLength: number, field: string): void {
    if (byteLength > this.remainingBytes) {
      throw malformed({
        file: this.file,
        field,
        expected: `${byteLength} bytes at offset ${this.position}`,
        found: `the end of the file after ${this.remainingBytes}`,
      })
    }
    const start = this.position
    const wanted = Math.min(Math.max(byteLength, this.#nextWindowBytes), this.remainingBytes)
    this.#window = readFully(this.#descriptor, start, wanted)
    if (this.#window.length < byteLength) {
      throw malformed({
        file: this.file,
        field,
        expected: `${byteLength} bytes at offset ${start}`,
        found: `${this.#window.length}: the file shrank while it was read`,
      })
    }
    this.#windowStart = start
    this.#offset = 0
    this.#nextWindowBytes = Math.min(this.#nextWindowBytes * 2, LARGEST_WINDOW_BYTES)
  }
}

/** Opens a file for positioned reads; throws `not-found` when there is none. The caller closes the descriptor. */
export function openForReading(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (cause) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Cannot open ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check that the file exists and may be read, or add the model again.',
      cause,
    })
  }
}

/** Bytes [offset, offset + byteLength) of an open file; fewer only where the file ends earlier. */
export function readFully(descriptor: number, offset: number, byteLength: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(byteLength)
  let done = 0
  while (done < byteLength) {
    const count = readSync(descriptor, buffer, done, byteLength - done, offset + done)
    if (count === 0) return buffer.subarray(0, done)
    done += count
  }
  return buffer
}
