import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { AnswerDiff } from './answer-diff.tsx'

describe('untrusted text', () => {
  it('is shown as text and never as markup', () => {
    const hostile = '<img src=x onerror=alert(1)> [link](https://example.org)'
    const html = renderToStaticMarkup(<AnswerDiff baseline="I cannot." answer={hostile} />)
    expect(html).not.toContain('<img')
    expect(html).not.toContain('<a ')
    expect(html).toContain('&lt;')
  })

  it('says in words where the answers part', () => {
    const html = renderToStaticMarkup(<AnswerDiff baseline="I cannot." answer="I can." />)
    expect(html).toContain('the answers part here')
    expect(html).toMatch(/<del>.*<\/del>/)
    expect(html).toMatch(/<ins>.*<\/ins>/)
  })
})
