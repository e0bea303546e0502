import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { printPdf } from './print-pdf.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'actbench-print-'))
  mkdirSync(join(root, 'scripts'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function install(script: string): void {
  writeFileSync(join(root, 'scripts', 'print-pdf.js'), script)
}

const htmlPath = () => join(root, 'report.html')

describe('printPdf', () => {
  it('returns the bytes that the printer wrote and leaves no file', async () => {
    install(`require('node:fs').writeFileSync(process.argv[3], '%PDF of ' + process.argv[2])`)
    const bytes = await printPdf({ htmlPath: htmlPath(), root })
    expect(new TextDecoder().decode(bytes)).toBe(`%PDF of ${htmlPath()}`)
    expect(readdirSync(root)).toEqual(['scripts'])
  })

  it.each([
    [
      'the printer fails',
      `process.stderr.write('no display here\\n'); process.exit(1)`,
      'no display here',
    ],
    ['the printer writes nothing', '', 'exit code 0'],
  ])('says why when %s', async (_case, script, reason) => {
    install(script)
    await expect(printPdf({ htmlPath: htmlPath(), root })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(reason) as string,
      remedy: expect.stringContaining('HTML') as string,
    })
    expect(existsSync(htmlPath().replace('.html', '.pdf'))).toBe(false)
  })
})
