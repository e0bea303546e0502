import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { configurationSchema } from '#contract/configurations'
import { Beams } from './beams.tsx'
import { withBeams } from './decoding.ts'

function chosenIn(beams: number | undefined): string | undefined {
  const html = renderToStaticMarkup(<Beams beams={beams} label="Beams of T5" onChange={() => {}} />)
  expect(html.match(/<option/g)).toHaveLength(5)
  return /<option value="(\d*)" selected/.exec(html)?.[1]
}

it('beams are as published until somebody chooses', () => {
  expect(chosenIn(undefined)).toBe('')
  expect(chosenIn(1)).toBe('1')
  const { decoding } = configurationSchema.parse({ modelId: 'tiny' })
  expect(withBeams(withBeams(decoding, 3), null)).toEqual(decoding)
})
