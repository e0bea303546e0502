import { describe, expect, it } from 'vitest'
import { readCharsmap } from './precompiled-charsmap.ts'

/** A double array by hand: one rule that replaces "A" (0x41) by "bc". */
function charsmap(): string {
  const units = new Uint32Array(256)
  const offsetTo = (from: number, to: number) => ((from ^ to) << 10) >>> 0
  // Node 0 leads to node 0x80 ^ 0x41 by label 0x41; that node has a leaf, whose value is 0.
  units[0] = offsetTo(0, 0x80)
  const node = 0x80 ^ 0x41
  const leaf = 0x20
  units[node] = (offsetTo(node, leaf) | 0x100 | 0x41) >>> 0
  units[leaf] = 0x80000000
  const trie = Buffer.from(units.buffer)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(trie.length)
  return Buffer.concat([size, trie, Buffer.from('bc\0')]).toString('base64')
}

describe('readCharsmap', () => {
  it('replaces what a rule names and leaves the rest', () => {
    const normalize = readCharsmap(charsmap())
    expect(normalize('xAyA')).toBe('xbcybc')
    expect(normalize('B é 🙂\uFEFF')).toBe('B é 🙂\uFEFF')
  })

  it('changes nothing without rules', () => {
    expect(readCharsmap('')('Aé')).toBe('Aé')
    expect(readCharsmap('AAAA')('Aé')).toBe('Aé')
  })
})
