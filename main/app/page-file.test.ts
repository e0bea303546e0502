import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolvePageFile } from './page-file.ts'

const origin = 'actbench://app'
let root = ''
let pageFolder = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'actbench-page-'))
  pageFolder = join(root, 'renderer')
  mkdirSync(join(pageFolder, 'assets'), { recursive: true })
  writeFileSync(join(pageFolder, 'index.html'), 'page')
  writeFileSync(join(pageFolder, 'assets', 'a b.js'), 'script')
  writeFileSync(join(root, 'secret.txt'), 'secret')
})

afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

describe('resolvePageFile', () => {
  const resolve = (address: string) => resolvePageFile({ pageFolder, address, origin })

  it('finds files of the page, with search and hash ignored', () => {
    expect(resolve(`${origin}/index.html?x=1#/runs`)).toBe(join(pageFolder, 'index.html'))
    expect(resolve(`${origin}/assets/a%20b.js`)).toBe(join(pageFolder, 'assets', 'a b.js'))
  })

  it.each([
    ['an encoded climb', `${origin}/..%2fsecret.txt`],
    ['a doubly written climb', `${origin}/assets/..%2f..%2fsecret.txt`],
    ['a backslash climb', `${origin}/..%5c..%5csecret.txt`],
    ['another host', 'actbench://other/index.html'],
    ['another scheme', 'file:///etc/passwd'],
    ['a folder', `${origin}/assets`],
    ['a missing file', `${origin}/nothing.js`],
    ['a broken escape', `${origin}/%E0%A4%A`],
    ['a NUL byte', `${origin}/index.html%00.js`],
  ])('refuses %s', (_name, address) => {
    expect(resolve(address)).toBeNull()
  })
})
