import { describe, expect, it } from 'vitest'
import { readPrintRequest } from './print-request.ts'

describe('readPrintRequest', () => {
  it('reads both switches wherever they stand', () => {
    const parameters = ['electron', '--print-pdf-to=/b c.pdf', '.', '--print-pdf=/a=1.html']
    expect(readPrintRequest(parameters)).toEqual({ htmlPath: '/a=1.html', pdfPath: '/b c.pdf' })
  })

  it.each([
    ['no switch', ['electron', '.']],
    ['only the page', ['electron', '--print-pdf=/a.html']],
    ['only the target', ['electron', '--print-pdf-to=/b.pdf']],
    ['an empty value', ['electron', '--print-pdf=', '--print-pdf-to=/b.pdf']],
  ])('is an ordinary start with %s', (_name, parameters) => {
    expect(readPrintRequest(parameters)).toBeNull()
  })
})
