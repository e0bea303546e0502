import { describe, expect, it } from 'vitest'
import { reportFormat } from './report-format.ts'

describe('the form of a report', () => {
  it.each([
    ['x.csv', 'csv'],
    ['a/b/Report.HTML', 'html'],
    ['x.htm', 'html'],
    ['x.md', 'markdown'],
    ['x.tar.json', 'json'],
    ['x.pdf', 'pdf'],
  ] as const)('%s is %s', (path, format) => {
    expect(reportFormat(path, null)).toBe(format)
    expect(reportFormat(path, format)).toBe(format)
  })

  it('is asked for where the name does not say it', () => {
    expect(reportFormat('/dev/stdout', 'csv')).toBe('csv')
    expect(reportFormat('notes.txt', 'markdown')).toBe('markdown')
  })

  it('is refused where nothing says it, or two things differ', () => {
    expect(() => reportFormat('x.txt', null)).toThrow(/found \.txt/)
    expect(() => reportFormat('x', null)).toThrow(/found no ending/)
    expect(() => reportFormat('x.toString', null)).toThrow(/found \.tostring/)
    expect(() => reportFormat('x.csv', 'html')).toThrow(/x\.csv is named like csv/)
  })
})
